"""Undo: what was just decided is taken back, as long as nothing has left."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.jobs.work import empty_outbox
from tests.web.room import Room, make_letter


def _approve(room: Room, number: str) -> str:
    """The word for the undo that the page offers."""
    form = room.draft_form(number) | {"body": "Hello Ann, we will refund the payment."}
    answer = room.post(f"/drafts/{room.draft_id(number)}/approve", **form)
    page = room.client.get(answer.headers["location"]).text
    found = re.search(r'name="what" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_an_approved_message_waits_ten_seconds_and_then_leaves(room: Room) -> None:
    _approve(room, room.arrive(make_letter()))
    assert empty_outbox(room.desk) == 0
    room.clock.pass_by(timedelta(seconds=10))
    assert empty_outbox(room.desk) == 1


def test_an_approval_that_is_undone_sends_nothing_and_the_draft_waits_again(room: Room) -> None:
    number = room.arrive(make_letter())
    answer = room.post("/undo", what=_approve(room, number))
    assert answer.headers["location"] == f"/items/{number}?done=taken_back"
    room.clock.pass_by(timedelta(minutes=1))
    assert empty_outbox(room.desk) == 0
    assert room.desk.queries.outbox() == []
    draft = room.desk.queries.drafts(item_id=int(number[3:]))[0]
    assert (draft.draft.state, draft.decided_by) == ("open", "")
    assert draft.draft.text.body == "Hello Ann, we will refund the payment."
    assert [entry.what for entry in room.desk.queries.record(subject="draft:1")][:2] == ["took_back", "approved_draft"]


def test_after_an_undo_the_draft_can_be_approved_again_and_leaves_once(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post("/undo", what=_approve(room, number))
    _approve(room, number)
    room.clock.pass_by(timedelta(seconds=10))
    assert empty_outbox(room.desk) == 1
    assert len(list((room.desk.settings.folder / "sent").rglob("*:*,*")) or room.desk.queries.outbox("sent")) == 1


def test_what_has_left_cannot_be_taken_back(room: Room) -> None:
    number = room.arrive(make_letter())
    what = _approve(room, number)
    room.clock.pass_by(timedelta(seconds=10))
    empty_outbox(room.desk)
    answer = room.post("/undo", what=what)
    assert answer.status_code == 422
    assert "on its way already" in answer.text
    assert room.desk.queries.drafts(item_id=int(number[3:]))[0].draft.state == "approved"


def test_a_colleague_cannot_undo_what_i_decided(room: Room) -> None:
    number = room.arrive(make_letter())
    what = _approve(room, number)
    room.add_person("bob", "approver")
    room.log_in("bob")
    assert room.post("/undo", what=what).status_code == 422
    assert len(room.desk.queries.outbox()) == 1


def test_an_undone_approval_gives_way_to_the_draft_for_newer_mail(room: Room) -> None:
    number = room.arrive(make_letter())
    what = _approve(room, number)
    room.arrive(make_letter("We were charged twice again.", f"Re: Duplicate payment [{number}]"))
    room.post("/undo", what=what)
    assert room.desk.queries.outbox() == []
    states = [row.draft.state for row in room.desk.queries.drafts(item_id=int(number[3:]))]
    assert states == ["open", "superseded"]


def test_a_rejection_is_undone(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/drafts/{room.draft_id(number)}/reject", **(room.draft_form(number) | {"reason": "slip"}))
    room.post("/undo", what="draft:1")
    assert room.desk.queries.drafts(item_id=int(number[3:]))[0].draft.state == "open"


def test_changes_of_an_item_are_undone_one_step(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/assign", assignee="ann")
    room.post(f"/items/{number}/resolve", resolution="refund", document_number="CM-9")
    room.post("/undo", what=f"items:{number}")
    with room.desk.store.look() as uow:
        item = uow.items.get(int(number[3:]))
    assert (item.state, item.assignee, item.resolution, item.document_number) == ("open", "ann", None, "")
    # What is undone is undone: a second press finds nothing of mine.
    assert room.post("/undo", what=f"items:{number}").status_code == 422


def test_what_happened_long_ago_or_makes_no_sense_is_refused(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/wait")
    room.clock.pass_by(timedelta(minutes=2))
    for what in (f"items:{number}", "draft:1", "draft:99", "items:", "nonsense"):
        assert room.post("/undo", what=what).status_code in (404, 422), what
