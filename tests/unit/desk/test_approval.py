"""Approval and revision of drafts: what may be approved, and what a change leaves of the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.desk.approval import approve, check_approvable
from bot.desk.draft import Draft, DraftFact, DraftState, DraftText, find_gaps, gap, revise
from bot.desk.user import Role, User, check_may_approve
from bot.errors import ConflictError, RuleViolationError

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
OWN = frozenset({"icc@northgate.example"})
TEXT = DraftText(("ann@customer.example",), (), "Re: INV-1", "Hello,\n\ninvoice INV-1 over $9.50 is open.")


def make_draft(**changes: object) -> Draft:
    values: dict[str, object] = {
        "draft_id": 3,
        "version": 2,
        "state": DraftState.OPEN,
        "kind": "reply",
        "thread_id": 1,
        "reply_to_message_id": 1,
        "mailbox": "icc",
        "text": TEXT,
        "facts": (
            DraftFact("invoice_number", "INV-1", "ledger:invoice:INV-1"),
            DraftFact("amount", "$9.50", "ledger:invoice:INV-1"),
        ),
        "template": "replies/other/payment_status",
        "author": "creditdesk",
        "created_at": NOW,
    }
    return Draft(**(values | changes))  # type: ignore[arg-type]


def _with(**changes: object) -> Draft:
    return make_draft(text=replace(TEXT, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (_with(body=f"It is {gap('payment status')}."), "payment status"),
        (_with(subject="Re: [[invoice number]]"), "invoice number"),
        (_with(to=()), "recipient"),
        (_with(body="Dear {{ name }},"), "{{"),
        (_with(body="It is [[a gap\nof two lines]]."), r"\[\["),
        (_with(to=("icc+x@northgate.example",)), "own address"),
        (_with(body="  \n"), "empty"),
        (_with(to=("ICC@Northgate.example",)), "own address"),
        (_with(cc=("icc@northgate.example",)), "own address"),
        (make_draft(state=DraftState.STALE), "stale"),
        (make_draft(state=DraftState.APPROVED), "already approved"),
        (make_draft(state=DraftState.REJECTED), "already rejected"),
    ],
)
def test_what_may_not_be_sent_is_refused_with_the_reason(draft: Draft, why: str) -> None:
    with pytest.raises(RuleViolationError, match=why):
        check_approvable(draft, draft.version, OWN)


def test_an_old_version_cannot_be_approved() -> None:
    with pytest.raises(ConflictError, match="version 2 now"):
        check_approvable(make_draft(), 1, OWN)


def test_an_approval_names_the_person_and_the_bytes() -> None:
    check_approvable(make_draft(), 2, OWN)
    assert approve(make_draft(), b"abc", "kim", NOW).sha256 == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_gap_is_named_once_however_often_it_stands_there() -> None:
    assert find_gaps(replace(TEXT, body="[[amount]] and [[amount]] and [[due date]]")) == ("amount", "due date")


def test_a_revision_keeps_the_facts_that_still_stand_and_marks_what_the_person_typed() -> None:
    revised = revise(make_draft(), replace(TEXT, body="Hello,\n\ninvoice INV-1 over $12.00 is open."), "kim", NOW)
    assert revised.version == 3
    assert revised.facts == (
        DraftFact("invoice_number", "INV-1", "ledger:invoice:INV-1"),
        DraftFact("entered", "$12.00", "person:kim"),
    )


def test_a_revised_stale_draft_can_be_approved_again() -> None:
    revised = revise(make_draft(state=DraftState.STALE), TEXT, "kim", NOW)
    check_approvable(revised, revised.version, OWN)


@pytest.mark.parametrize("state", [DraftState.APPROVED, DraftState.REJECTED, DraftState.SUPERSEDED])
def test_a_decided_draft_is_not_revised(state: DraftState) -> None:
    with pytest.raises(RuleViolationError):
        revise(make_draft(state=state), TEXT, "kim", NOW)


@pytest.mark.parametrize("subject", ["a\nBcc: x@y.example", "a\rb"])
def test_a_subject_of_two_lines_is_refused(subject: str) -> None:
    with pytest.raises(RuleViolationError, match="one line"):
        revise(make_draft(), replace(TEXT, subject=subject), "kim", NOW)


@pytest.mark.parametrize(
    ("user", "may"),
    [
        (User("kim", Role.APPROVER), True),
        (User("kim", Role.MANAGER), True),
        (User("kim", Role.ADMINISTRATOR), True),
        (User("kim", Role.REVIEWER), False),
        (User("kim", Role.APPROVER, is_active=False), False),
    ],
)
def test_only_active_approvers_let_mail_leave(user: User, may: bool) -> None:
    if may:
        check_may_approve(user)
    else:
        with pytest.raises(RuleViolationError):
            check_may_approve(user)
