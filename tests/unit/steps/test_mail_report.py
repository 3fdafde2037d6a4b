"""Reports leave at most once, and only to addresses inside the company."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes

import pytest

from bot.desk.outbox import CLAIM_HELD_FOR, Failed, Retry, Sent
from bot.errors import PermanentError, TransientError, UncertainError
from bot.mail.compose_summary import Published
from bot.mail.message import Attachment
from bot.reports.mailing import Mailing
from bot.steps.hold_after_restore import hold_after_restore
from bot.steps.mail_report import queue_report, send_report, settle_lost_reports
from bot.steps.operator_mail import Operator
from bot.store.report_mails import newest_mails
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import StepDesk

MORNING = Mailing("morning", "sla-daily", ("boss@northgate.example",), time(7, 30), frozenset(range(5)))
OPERATOR = Operator("Northgate", "icc@northgate.example", ("northgate.example",), b"secret")
AS_OF = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
MADE = Published("SLA summary: 3 late", "text", "<p>html</p>", (), Attachment("a.xlsx", "application/x", 1, "", b"x"))


def queue(desk: StepDesk, mailing: Mailing = MORNING, as_of: datetime = AS_OF, made: Published = MADE) -> bool:
    return queue_report(mailing, as_of, lambda: made, store=desk.store, clock=desk.clock, operator=OPERATOR)


def send(desk: StepDesk, sender: KeepingSender, operator: Operator = OPERATOR) -> list[object]:
    with desk.store.look() as uow:
        due = uow.report_mails.due(desk.clock.now())
    by = {"store": desk.store, "clock": desk.clock}
    return [send_report(one, sender=sender, operator=operator, **by) for one in due]


def test_a_report_is_written_and_sent_once(desk: StepDesk) -> None:
    sender = KeepingSender()
    assert queue(desk)
    assert not queue(desk)
    assert [type(one) for one in send(desk, sender)] == [Sent]
    assert send(desk, sender) == []
    assert not queue(desk)
    ((envelope, raw),) = sender.sent
    message = message_from_bytes(raw)
    assert envelope.recipients == ("boss@northgate.example",)
    assert (message["Subject"], message["Auto-Submitted"]) == ("SLA summary: 3 late", "auto-generated")
    assert [entry.what for entry in desk.queries.record(subject="mailing:morning")] == ["report_sent", "report_written"]


@pytest.mark.parametrize(
    "address", ["boss@gmail.example", "boss@northgate.example.evil.example", "boss@evil.example@northgate.example"]
)
def test_no_report_is_written_for_an_address_outside(desk: StepDesk, address: str) -> None:
    with pytest.raises(PermanentError, match="outside the company"):
        queue(desk, replace(MORNING, to=(address,)))
    assert newest_mails(desk.store.engine) == []


def test_a_domain_that_was_given_up_meanwhile_gets_nothing(desk: StepDesk) -> None:
    sender = KeepingSender()
    queue(desk)
    (outcome,) = send(desk, sender, replace(OPERATOR, domains=("other.example",)))
    assert isinstance(outcome, Failed)
    assert sender.sent == []


def test_what_was_refused_for_now_is_tried_again(desk: StepDesk) -> None:
    sender = KeepingSender(TransientError("greylisted"))
    queue(desk)
    assert [type(one) for one in send(desk, sender)] == [Retry]
    assert send(desk, sender) == []
    desk.clock.forward(minutes=1)
    assert [type(one) for one in send(desk, sender)] == [Sent]
    assert len(sender.sent) == 1


def test_what_may_have_left_never_leaves_again(desk: StepDesk) -> None:
    sender = KeepingSender(UncertainError("lost before the answer"))
    queue(desk)
    send(desk, sender)
    desk.clock.forward(days=2)
    assert send(desk, sender) == []
    assert not queue(desk)
    assert [one.state for one in newest_mails(desk.store.engine)] == ["uncertain"]


def test_a_sender_that_died_in_mid_send_is_not_repeated(desk: StepDesk) -> None:
    queue(desk)
    with desk.store.begin() as uow:
        assert uow.report_mails.claim(uow.report_mails.due(desk.clock.now())[0], desk.clock.now())
        uow.commit()
    settle = {"store": desk.store, "clock": desk.clock}
    assert settle_lost_reports(**settle) == 0
    desk.clock.moment += CLAIM_HELD_FOR + timedelta(seconds=1)
    assert settle_lost_reports(**settle) == 1
    assert send(desk, KeepingSender()) == []
    assert [one.state for one in newest_mails(desk.store.engine)] == ["uncertain"]


def test_a_restored_desk_mails_nothing_that_was_due_before(desk: StepDesk) -> None:
    queue(desk)
    hold_after_restore(desk.clock.now() - timedelta(hours=6), store=desk.store, clock=desk.clock)
    settle_lost_reports(store=desk.store, clock=desk.clock)
    assert send(desk, KeepingSender()) == []
    assert not queue(desk, replace(MORNING, slug="other"))
    assert queue(desk, as_of=desk.clock.now() + timedelta(seconds=1))
