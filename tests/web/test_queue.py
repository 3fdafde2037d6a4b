"""The queue: filters, going through a list item by item, and many items at once."""

from __future__ import annotations

import re

import pytest

from tests.web.room import Room, make_letter


def _numbers(room: Room, query: str) -> list[str]:
    return re.findall(r'name="number" value="(CD-\d+)"', room.client.get(f"/?{query}").text)


@pytest.fixture
def three(room: Room) -> Room:
    """CD-1001 a refund, CD-1002 a dispute from a colleague, CD-1003 unsorted."""
    room.arrive(make_letter())
    room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@northgate.example>"))
    room.arrive(make_letter("Good morning.", "Hello", "x@unknown.example"))
    return room


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["CD-1003", "CD-1002", "CD-1001"]),
        ("sort=oldest", ["CD-1001", "CD-1002", "CD-1003"]),
        ("category=refund", ["CD-1001"]),
        ("category=dispute&reason=damaged_or_wrong", ["CD-1002"]),
        ("side=inside", ["CD-1002"]),
        ("mailbox=icc&drafted=yes", ["CD-1002", "CD-1001"]),
        ("mailbox=elsewhere", []),
        ("customer=C-100", ["CD-1001"]),
        ("assignee=nobody", ["CD-1003", "CD-1002", "CD-1001"]),
        ("assignee=mine", []),
        ("older=1", []),
        ("queue=unsorted", ["CD-1003"]),
        ("state=nonsense&older=x&side=%00&sort=amount", ["CD-1003", "CD-1002", "CD-1001"]),
    ],
)
def test_each_filter_shows_what_it_names(three: Room, query: str, wanted: list[str]) -> None:
    assert _numbers(three, query) == wanted


def test_one_goes_through_a_list_in_its_order(three: Room) -> None:
    page = three.client.get("/items/CD-1002?from=list:sort%3Doldest").text
    assert re.search(r'href="/items/CD-1001\?from=list%3Asort%3Doldest" rel="prev"', page)
    assert re.search(r'href="/items/CD-1003\?from=list%3Asort%3Doldest" rel="next"', page)


def test_approving_goes_on_to_what_follows_in_the_list_and_at_its_end_back_to_it(three: Room) -> None:
    form = three.draft_form("CD-1002") | {"body": "Hello, we look into it.", "came_from": "list:drafted=yes"}
    answer = three.post(f"/drafts/{three.draft_id('CD-1002')}/approve", **form)
    assert answer.headers["location"].startswith("/items/CD-1001?done=approved&from=list%3Adrafted%3Dyes&undo=draft")
    form = three.draft_form("CD-1001") | {"body": "Hello, we look into it.", "came_from": "list:drafted=yes"}
    answer = three.post(f"/drafts/{three.draft_id('CD-1001')}/approve", **form)
    assert answer.headers["location"].startswith("/?drafted=yes&done=approved")


def test_many_are_assigned_at_once_and_undone_at_once(three: Room) -> None:
    chosen = ["CD-1001", "CD-1003"]
    answer = three.post("/bulk", do="assign", assignee="ann", number=chosen, back="sort=oldest")
    assert answer.headers["location"].startswith("/?sort=oldest&done=assigned&undo=items%3ACD-1001%2CCD-1003")
    assert _numbers(three, "queue=mine&sort=oldest") == chosen
    three.post("/undo", what="items:CD-1001,CD-1003")
    assert _numbers(three, "queue=mine") == []


def test_many_are_closed_and_what_refuses_is_named(three: Room) -> None:
    three.post("/items/CD-1001/resolve", resolution="no_action")
    answer = three.post("/bulk", do="close", number=["CD-1001", "CD-1003"])
    assert answer.status_code == 422
    assert "CD-1001 is resolved" in answer.text
    assert _numbers(three, "state=resolved") == ["CD-1003", "CD-1001"]


@pytest.mark.parametrize("fields", [{"do": "assign"}, {"do": "erase", "number": ["CD-1001"]}])
def test_nothing_chosen_is_nothing_done(three: Room, fields: dict[str, object]) -> None:
    answer = three.post("/bulk", **fields)
    assert answer.status_code == 422
    assert "Nothing was done" in answer.text
