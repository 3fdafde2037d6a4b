"""Approving, revising and rejecting drafts."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest

from bot.desk.draft import DraftState, DraftText
from bot.desk.user import Role
from bot.errors import ConflictError, RuleViolationError
from bot.mail.thread_token import read_message_id
from bot.steps.decide_draft import approve_draft, reject_draft, revise_draft
from tests.desks.step_desk import StepDesk, mail


@pytest.fixture
def draft_id(desk: StepDesk) -> int:
    desk.add_person("kim")
    desk.add_person("rob", Role.REVIEWER)
    desk.arrives(mail(message_id="one@acme.example", references=["zero@acme.example"]))
    return desk.drafts()[0].draft_id


def _approve(desk: StepDesk, draft_id: int, version: int = 1, person: str = "kim") -> int:
    return approve_draft(draft_id, version, person, store=desk.store, clock=desk.clock, letterhead=desk.letterhead)


def _revise(desk: StepDesk, draft_id: int, version: int, **changes: object) -> None:
    with desk.store.look() as uow:
        text = uow.drafts.get(draft_id).text
    revise_draft(
        draft_id,
        version,
        replace(text, **changes),
        "kim",
        store=desk.store,
        clock=desk.clock,  # type: ignore[arg-type]
    )


def _outgoing(desk: StepDesk) -> EmailMessage:
    raw = desk.queries.outbox()[0].entry.raw
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_the_approved_answer_threads_in_the_customers_mail_program(desk: StepDesk, draft_id: int) -> None:
    _approve(desk, draft_id)
    out = _outgoing(desk)
    assert out["In-Reply-To"] == "<one@acme.example>"
    assert out["References"].split() == ["<zero@acme.example>", "<one@acme.example>"]
    assert out["From"] == "Northgate Credit Department <icc@northgate.example>"
    assert "> Please add our PO to INV-1." in out.get_content()


def test_the_message_id_proves_the_thread(desk: StepDesk, draft_id: int) -> None:
    _approve(desk, draft_id)
    with desk.store.look() as uow:
        key = uow.threads.key_of(desk.items()[0].item.thread_id)
    assert read_message_id(desk.letterhead.secret, str(_outgoing(desk)["Message-ID"])) == key


def test_where_the_sender_address_differs_replies_come_back_to_the_mailbox(desk: StepDesk, draft_id: int) -> None:
    desk.letterhead = replace(desk.letterhead, sender="credit@northgate.example")
    _approve(desk, draft_id)
    out = _outgoing(desk)
    assert "credit@northgate.example" in out["From"]
    assert "icc@northgate.example" in out["Reply-To"]


def test_two_people_cannot_both_approve(desk: StepDesk, draft_id: int) -> None:
    _approve(desk, draft_id)
    with pytest.raises(ConflictError):
        _approve(desk, draft_id)
    assert len(desk.queries.outbox()) == 1


@pytest.mark.parametrize(("person", "why"), [("rob", "approver must"), ("nobody", "no user nobody")])
def test_only_an_approver_lets_mail_leave(desk: StepDesk, draft_id: int, person: str, why: str) -> None:
    with pytest.raises(RuleViolationError, match=why):
        _approve(desk, draft_id, person=person)
    assert desk.queries.outbox() == []


def test_an_edit_after_a_look_makes_the_approval_a_conflict(desk: StepDesk, draft_id: int) -> None:
    _revise(desk, draft_id, 1, body="Other words.")
    with pytest.raises(ConflictError, match="version 2 now, you looked at 1"):
        _approve(desk, draft_id, 1)
    _approve(desk, draft_id, 2)
    assert "Other words." in _outgoing(desk).get_content()


def test_a_draft_with_a_gap_cannot_be_approved(desk: StepDesk, draft_id: int) -> None:
    _revise(desk, draft_id, 1, body="It is [[payment status]].")
    with pytest.raises(RuleViolationError, match="payment status"):
        _approve(desk, draft_id, 2)
    _revise(desk, draft_id, 2, body="It is paid.")
    _approve(desk, draft_id, 3)


@pytest.mark.parametrize("address", ["ann@acme.example\nBcc: eve@evil.example", "not an address", "a@b@c"])
def test_an_address_that_is_none_never_reaches_a_header(desk: StepDesk, draft_id: int, address: str) -> None:
    _revise(desk, draft_id, 1, to=(address,))
    with pytest.raises(RuleViolationError):
        _approve(desk, draft_id, 2)
    assert desk.queries.outbox() == []


def test_a_rejection_keeps_its_reason_and_sends_nothing(desk: StepDesk, draft_id: int) -> None:
    with pytest.raises(RuleViolationError, match="say why"):
        reject_draft(draft_id, 1, "  ", "kim", store=desk.store, clock=desk.clock)
    reject_draft(draft_id, 1, "answered by phone", "kim", store=desk.store, clock=desk.clock)
    assert [draft.draft_id for draft in desk.drafts(DraftState.REJECTED)] == [draft_id]
    assert desk.queries.record()[0].after == {"reason": "answered by phone"}
    with pytest.raises(ConflictError):
        _approve(desk, draft_id)


def test_every_decision_is_on_record_with_who_and_what(desk: StepDesk, draft_id: int) -> None:
    _revise(desk, draft_id, 1, body="Other words.")
    _approve(desk, draft_id, 2)
    entries = {entry.what: entry for entry in desk.queries.record(f"draft:{draft_id}")}
    assert set(entries) == {"drafted", "revised_draft", "approved_draft"}
    assert entries["approved_draft"].who == "kim"
    assert entries["approved_draft"].after["sha256"] == desk.queries.outbox()[0].entry.approved_sha256


def test_recipients_are_those_of_the_approved_version(desk: StepDesk, draft_id: int) -> None:
    text = DraftText(("ann@acme.example",), ("cy@acme.example",), "Re: x", "Hello.")
    revise_draft(draft_id, 1, text, "kim", store=desk.store, clock=desk.clock)
    _approve(desk, draft_id, 2)
    assert desk.queries.outbox()[0].entry.envelope.recipients == ("ann@acme.example", "cy@acme.example")
