"""What people do with work items, and what of it is on record."""

from __future__ import annotations

import pytest

from bot.desk.work_item import ItemState
from bot.errors import NotFoundError, RuleViolationError
from bot.steps import work_on_item
from bot.steps.decide_draft import reject_draft
from bot.steps.redrafting import start_reply
from bot.steps.work_on_item import Correction
from tests.desks.step_desk import StepDesk, mail


def _resort(desk: StepDesk, number: str, category: str, reason: str | None = None) -> None:
    work_on_item.resort(
        number,
        Correction(category, reason, "kim"),
        store=desk.store,
        clock=desk.clock,
        renderer=desk.renderer,
        policy=desk.policy,
    )


def test_an_item_is_assigned_to_a_person_who_exists(desk: StepDesk) -> None:
    desk.arrives(mail())
    with pytest.raises(RuleViolationError, match="no user lee"):
        work_on_item.assign("CD-1001", "lee", "kim", store=desk.store, clock=desk.clock)
    desk.add_person("lee")
    work_on_item.assign("cd-1001", "lee", "kim", store=desk.store, clock=desk.clock)
    assert desk.items()[0].item.assignee == "lee"


def test_a_change_is_on_record_with_before_and_after(desk: StepDesk) -> None:
    desk.arrives(mail())
    work_on_item.resolve("CD-1001", "rebill", "INV-9", "kim", store=desk.store, clock=desk.clock)
    entry = desk.queries.record("CD-1001")[0]
    assert (entry.who, entry.what) == ("kim", "resolved")
    assert entry.before == {
        "state": "open",
        "resolution": "",
        "document": "",
        "resolved_at": "",
        "draft": "1, version 1, open",
    }
    assert entry.after == {
        "state": "resolved",
        "resolution": "rebill",
        "document": "INV-9",
        "resolved_at": desk.clock.now().isoformat(),
        "draft": "1, version 1, stale",
    }


def test_sorting_an_unsorted_item_moves_it_and_drafts_its_answer(desk: StepDesk) -> None:
    desk.arrives(mail("no idea", "Please refund INV-1."))
    assert desk.drafts() == []
    _resort(desk, "CD-1001", "refund", "overpayment")
    (row,) = desk.items()
    assert (row.item.category, row.item.reason, row.item.queue) == ("refund", "overpayment", "icc")
    (draft,) = desk.drafts()
    assert draft.template.startswith("replies/refund/overpayment")


def test_sorting_otherwise_replaces_the_draft_of_the_wrong_category(desk: StepDesk) -> None:
    desk.arrives(mail())
    _resort(desk, "CD-1001", "dispute", "price")
    (draft,) = desk.drafts()
    assert "dispute/price" in draft.template


@pytest.mark.parametrize(
    ("category", "reason", "why"),
    [("nonsense", None, "no category"), ("refund", "nonsense", "no reason"), ("unsorted", None, "no category")],
)
def test_what_is_no_category_or_reason_is_refused(desk: StepDesk, category: str, reason: str | None, why: str) -> None:
    desk.arrives(mail())
    with pytest.raises(RuleViolationError, match=why):
        _resort(desk, "CD-1001", category, reason)


def test_a_thread_has_one_item_of_a_category(desk: StepDesk) -> None:
    desk.arrives(mail("revision/po_number,refund/overpayment"))
    with pytest.raises(RuleViolationError, match="merge them"):
        _resort(desk, "CD-1002", "revision")


def test_a_merged_number_leads_to_the_survivor(desk: StepDesk) -> None:
    desk.arrives(mail(), mail("refund/overpayment", "Refund.", message_id="two@acme.example"))
    work_on_item.merge("CD-1001", "CD-1002", "kim", store=desk.store, clock=desk.clock)
    work_on_item.note("CD-1001", "see the other", "kim", store=desk.store, clock=desk.clock)
    item = work_on_item.wait("CD-1001", "kim", store=desk.store, clock=desk.clock)
    assert (item.number, item.state) == ("CD-1002", ItemState.WAITING)
    assert [row.messages for row in desk.items()] == [1, 2]


def test_some_messages_are_split_into_an_item_of_their_own(desk: StepDesk) -> None:
    desk.arrives(mail(message_id="one@acme.example"))
    desk.arrives(mail("Re: revision/po_number", "Another matter.", references=["one@acme.example"]))
    with desk.store.look() as uow:
        _, second = uow.items.messages_of(1001)
    for wrong in ((), (999,), (1, second)):
        with pytest.raises(RuleViolationError, match="name some of them"):
            work_on_item.split("CD-1001", wrong, "kim", store=desk.store, clock=desk.clock)
    added = work_on_item.split("CD-1001", (second,), "kim", store=desk.store, clock=desk.clock)
    assert [row.messages for row in desk.items()] == [1, 1]
    assert added.link == "split from CD-1001"
    with desk.store.look() as uow:
        assert uow.messages.get(second).thread_id == added.thread_id


def test_a_number_that_does_not_exist_is_told(desk: StepDesk) -> None:
    with pytest.raises(NotFoundError, match="CD-4711"):
        work_on_item.reopen("CD-4711", "kim", store=desk.store, clock=desk.clock)


def test_an_empty_note_is_refused(desk: StepDesk) -> None:
    desk.arrives(mail())
    with pytest.raises(RuleViolationError, match="empty"):
        work_on_item.note("CD-1001", "  ", "kim", store=desk.store, clock=desk.clock)


def test_a_person_starts_a_reply_where_the_desk_wrote_none(desk: StepDesk) -> None:
    desk.arrives(mail("no idea", "Hello there."))
    _reply(desk, "CD-1001")
    (draft,) = desk.drafts()
    assert draft.gaps == ("your answer",)
    assert draft.text.to == ("ann@acme.example",)
    with pytest.raises(RuleViolationError, match="waits in this conversation already"):
        _reply(desk, "CD-1001")


def test_a_reply_that_was_rejected_can_be_started_again(desk: StepDesk) -> None:
    desk.arrives(mail())
    (first,) = desk.drafts()
    reject_draft(first.draft_id, 1, "wrong tone", "kim", store=desk.store, clock=desk.clock)
    _reply(desk, "CD-1001")
    (second,) = desk.drafts()
    assert second.text == first.text


def _reply(desk: StepDesk, number: str) -> None:
    start_reply(number, "kim", store=desk.store, clock=desk.clock, renderer=desk.renderer, policy=desk.policy)
