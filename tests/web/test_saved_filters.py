"""Saved filters: a list under a name, beside the queues with its count."""

from __future__ import annotations

import re

from tests.web.room import Room, make_letter

_FILTERS = "list:category=dispute&sort=oldest"


def _save(room: Room, name: str = "Broken chairs", came_from: str = _FILTERS, **changes: str) -> None:
    answer = room.post("/filters", name=name, came_from=came_from, **changes)
    assert answer.status_code == 303


def _links(room: Room) -> list[tuple[str, ...]]:
    """Name and count of each saved filter, as the page shows them."""
    page = room.client.get("/").text
    pattern = r'<a href="/\?([^"]*)" class="saved"[^>]*>([^<]+?)(?: <span class="count">([^<]+)</span>)?</a>'
    return re.findall(pattern, page)


def test_a_saved_filter_stands_beside_the_queues_with_what_it_holds_now(room: Room) -> None:
    room.arrive(make_letter("The chairs arrived damaged."))
    room.arrive(make_letter())
    _save(room)
    assert _links(room) == [("category=dispute&amp;sort=oldest", "Broken chairs", "1")]
    room.arrive(make_letter("The tables arrived damaged.", "Tables"))
    assert _links(room)[0][2] == "2"


def test_a_list_of_what_is_done_has_no_count(room: Room) -> None:
    _save(room, came_from="list:state=resolved&side=inside")
    assert _links(room) == [("state=resolved&amp;side=inside", "Broken chairs", "")]


def test_the_same_name_again_takes_the_place_of_the_first(room: Room) -> None:
    _save(room)
    _save(room, came_from="list:amount=1000")
    assert [link[0] for link in _links(room)] == ["amount=1000"]
    assert [entry.what for entry in room.desk.queries.record("filter:1")] == ["saved_filter", "saved_filter"]


def test_mine_in_a_shared_filter_is_whoever_looks(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/assign", assignee="ann")
    _save(room, "Refunds of mine", "list:category=refund&assignee=mine", shared="yes")
    _save(room, "For me alone")
    assert _links(room)[1][1:] == ("Refunds of mine", "1")
    room.add_person("bob", "reviewer")
    room.log_in("bob")
    assert [link[1:] for link in _links(room)] == [("Refunds of mine", "0")]
    assert room.post("/filters/remove", filter_id="1").status_code == 403


def test_a_shared_filter_of_a_queue_is_for_those_who_work_there(room: Room) -> None:
    _save(room, "Large POs", "list:queue=pov&amount=1000", shared="yes")
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", frozenset({"icc"}))
        uow.commit()
    assert _links(room) == []


def test_a_filter_that_was_taken_away_comes_back_by_undo(room: Room) -> None:
    _save(room)
    answer = room.post("/filters/remove", filter_id="1", came_from=_FILTERS)
    assert answer.headers["location"].endswith("done=filter_removed&undo=filter%3A1")
    assert _links(room) == []
    answer = room.post("/undo", what="filter:1", came_from=_FILTERS)
    assert answer.headers["location"] == "/?category=dispute&sort=oldest&done=brought_back"
    assert len(_links(room)) == 1


def test_without_a_name_or_without_filters_nothing_is_saved(room: Room) -> None:
    assert room.post("/filters", name=" ", came_from=_FILTERS).status_code == 422
    assert room.post("/filters", name="All", came_from="list:").status_code == 422
    assert _links(room) == []
