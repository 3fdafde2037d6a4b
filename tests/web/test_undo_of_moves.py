"""Undo of what was done to an item: sorted, reopened, merged, resolved. Draft and examples go back with it."""

from __future__ import annotations

from bot.desk.work_item import WorkItem
from tests.web.room import Room, make_letter


def _item(room: Room, number: str) -> WorkItem:
    with room.desk.store.look() as uow:
        return uow.items.get(int(number[3:]))


def _drafts(room: Room, number: str) -> list[tuple[int, str]]:
    return [(row.draft.draft_id, row.draft.state.value) for row in room.desk.queries.drafts(item_id=int(number[3:]))]


def _examples(room: Room) -> list[tuple[str, ...]]:
    with room.desk.store.look() as uow:
        return [kept.right.categories for kept in uow.examples.kept()]


def test_a_sorting_that_is_undone_brings_back_the_draft_and_teaches_nothing(room: Room) -> None:
    number = room.arrive(make_letter())
    answer = room.post(f"/items/{number}/sort", choice="dispute/price")
    assert answer.headers["location"] == f"/items/{number}?done=sorted&undo=items%3A{number}"
    assert (_drafts(room, number), _examples(room)) == ([(2, "open"), (1, "superseded")], [("dispute",)])
    room.post("/undo", what=f"items:{number}")
    item = _item(room, number)
    assert (item.category, item.reason, item.queue) == ("refund", "duplicate_payment", "icc")
    assert (_drafts(room, number), _examples(room)) == ([(2, "superseded"), (1, "open")], [])


def test_an_unsorted_item_that_was_sorted_by_a_slip_is_unsorted_again(room: Room) -> None:
    number = room.arrive(make_letter("What is this about?", "Hello"))
    room.post(f"/items/{number}/sort", choice="dispute")
    room.post("/undo", what=f"items:{number}")
    assert (_item(room, number).category, _drafts(room, number)) == ("unsorted", [(1, "superseded")])
    assert _examples(room) == []


def test_undoing_the_second_sorting_keeps_what_the_first_taught(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/sort", choice="dispute")
    room.post(f"/items/{number}/sort", choice="other")
    room.post("/undo", what=f"items:{number}")
    assert (_item(room, number).category, _examples(room)) == ("dispute", [("dispute",)])


def test_a_text_that_was_edited_is_as_it_was_when_the_sorting_is_undone(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/drafts/{room.draft_id(number)}/save", **room.draft_form(number) | {"body": "My own words."})
    room.post(f"/items/{number}/sort", choice="dispute")
    assert _drafts(room, number) == [(1, "stale")]
    room.post("/undo", what=f"items:{number}")
    assert _drafts(room, number) == [(1, "open")]


def test_a_sorting_whose_draft_was_worked_on_is_not_undone(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/sort", choice="dispute")
    room.post("/drafts/2/save", **room.draft_form(number) | {"body": "My own words."})
    answer = room.post("/undo", what=f"items:{number}")
    assert answer.status_code == 422
    assert "Draft 2 was worked on since" in answer.text
    assert _item(room, number).category == "dispute"


def test_a_resolution_that_is_undone_lets_the_draft_be_approved_again(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/resolve", resolution="no_action")
    assert _drafts(room, number) == [(1, "stale")]
    room.post("/undo", what=f"items:{number}")
    assert (_item(room, number).state, _drafts(room, number)) == ("open", [(1, "open")])


def test_reopening_is_undone_with_the_way_it_had_ended(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/resolve", resolution="refund", document_number="CM-9")
    ended = _item(room, number)
    room.post(f"/items/{number}/reopen")
    room.post("/undo", what=f"items:{number}")
    item = _item(room, number)
    assert (item.state, item.resolution, item.document_number) == ("resolved", "refund", "CM-9")
    assert item.resolved_at == ended.resolved_at


def test_undoing_an_assignment_leaves_the_way_the_item_ended(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/resolve", resolution="no_action")
    room.post(f"/items/{number}/assign", assignee="ann")
    room.post("/undo", what=f"items:{number}")
    item = _item(room, number)
    assert (item.assignee, item.resolution) == (None, "no_action")
    assert item.resolved_at is not None


def test_merged_items_part_again_with_their_own_messages(room: Room) -> None:
    first = room.arrive(make_letter())
    second = room.arrive(make_letter("We were charged twice for INV-1001, again.", "Once more"))
    answer = room.post(f"/items/{second}/merge", into=first)
    assert answer.headers["location"] == f"/items/{first}?done=merged&undo=items%3A{second}"
    room.post("/undo", what=f"items:{second}")
    assert (_item(room, second).state, _item(room, second).merged_into) == ("open", None)
    with room.desk.store.look() as uow:
        held = [list(uow.items.messages_of(int(number[3:]))) for number in (first, second)]
    assert held == [[1], [2]]


def test_what_was_sorted_into_the_work_of_others_is_taken_back_from_there(room: Room) -> None:
    number = room.arrive(make_letter())
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", frozenset({"icc"}))
        uow.commit()
    answer = room.post(f"/items/{number}/sort", choice="po_verification")
    assert answer.headers["location"] == f"/?done=sorted&undo=items%3A{number}"
    room.post("/undo", what=f"items:{number}")
    assert _item(room, number).queue == "icc"
