"""Reminders over a real store: drafts that a person approves, once, within the budget, and true to the last moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.desk.outbox import Failed
from bot.desk.user import Role, User
from bot.erp.invoice_copies import InvoiceCopyFolder
from bot.errors import NotFoundError, RuleViolationError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.policies.reminders import ReminderPolicy
from bot.publishing.statements import StatementPublisher
from bot.settings import load
from bot.steps import work_on_item
from bot.steps.decide_draft import approve_draft, reject_draft
from bot.steps.hold_invoice import end_hold, hold_invoice
from bot.steps.send import send
from bot.steps.telling import Reminding
from bot.steps.write_reminders import ReminderPorts, write_reminders
from bot.store.clock_page import notices_of
from bot.stored import Hold
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import ACME, SHIPPED_CONFIG, StepDesk, mail

SETTINGS = load(SHIPPED_CONFIG, {}, needs_secrets=False)
assert SETTINGS.reminders is not None
POLICY: ReminderPolicy = replace(SETTINGS.reminders, mailbox="icc")
CUSTOMER = Customer("C1", "Acme Mills", emails=("ap@acme.example",), domains=("acme.example",))
MORNING = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def invoice(number: str, due: str = "2026-11-01", balance: str = "1204.50", status: str = "open") -> Invoice:
    money = Money(Decimal(balance))
    owed = money if status in ("open", "disputed") else Money(Decimal(0))
    return Invoice(number, "C1", date(2026, 10, 1), date.fromisoformat(due), money, owed, status, "PO-7")


def know(desk: StepDesk, *invoices: Invoice, certificates: tuple[Certificate, ...] = ()) -> None:
    with desk.store.begin() as uow:
        uow.ledger.save_customers([CUSTOMER], desk.clock.now())
        uow.ledger.save_invoices(list(invoices), desk.clock.now())
        uow.ledger.save_certificates(list(certificates), desk.clock.now())
        uow.commit()


def run(desk: StepDesk) -> int:
    by = Reminding(POLICY, desk.policy, replace(SETTINGS.sla, manager="mo"))
    return write_reminders(ports(desk), by)


def ports(desk: StepDesk) -> ReminderPorts:
    return ReminderPorts(desk.store, desk.renderer, desk.clock, StatementPublisher(), InvoiceCopyFolder(desk.folder))


def approve(desk: StepDesk, draft_id: int) -> int:
    return approve_draft(draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)


def next_day(desk: StepDesk, days: int = 1) -> None:
    desk.clock.forward(days=days)


def test_past_due_invoices_of_a_customer_are_one_draft_that_names_what_the_ledger_has(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"), invoice("INV-2", balance="88.00"), invoice("INV-3", due="2026-11-30"))
    assert run(desk) == 1
    (draft,) = desk.drafts()
    assert (draft.kind, draft.text.to, draft.gaps) == ("reminder", ("ap@acme.example",), ())
    assert "INV-1: $1,204.50, due November 1, 2026, your PO PO-7" in draft.text.body
    assert "INV-2: $88.00" in draft.text.body
    assert "INV-3" not in draft.text.body
    assert draft.text.subject == "Past due invoices of Acme Mills [CD-1001]"
    assert desk.items()[0].item.state == "waiting"


def test_nothing_is_written_twice_and_a_missed_run_is_caught_up_once(desk: StepDesk) -> None:
    know(desk, invoice("INV-1", due="2026-11-18"))
    assert [run(desk), run(desk)] == [1, 0]
    next_day(desk)
    assert run(desk) == 0
    (draft,) = desk.drafts()
    reject_draft(draft.draft_id, 1, "they called", "kim", store=desk.store, clock=desk.clock)
    # Two weeks without a run: one mail, of the level that is right by then.
    next_day(desk, 20)
    assert run(desk) == 1
    assert desk.drafts()[0].template.startswith("reminders/past_due_firm")


def test_nothing_is_written_while_nobody_works(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"))
    desk.clock.moment = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    assert run(desk) == 0
    desk.clock.moment = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    assert run(desk) == 1


def test_all_that_is_due_for_one_customer_is_one_mail(desk: StepDesk) -> None:
    certificate = Certificate("TX-77", "C1", "TX", "resale", date(2026, 12, 10))
    know(desk, invoice("INV-1"), invoice("INV-2", due="2026-11-30", balance="20000"), certificates=(certificate,))
    assert run(desk) == 1
    (draft,) = desk.drafts()
    for words in ("INV-1", "INV-2: $20,000.00", "TX: certificate TX-77, until December 10, 2026", "confirm that you"):
        assert words in draft.text.body
    assert draft.text.body.count("Regards") == 1


def test_a_customer_is_not_written_to_more_often_than_the_budget_allows(desk: StepDesk) -> None:
    written = 0
    for number in range(8):
        know(desk, *[invoice(f"INV-{one}", due="2026-11-10") for one in range(number + 1)])
        written += run(desk)
        for draft in desk.drafts():
            reject_draft(draft.draft_id, 1, "by phone", "kim", store=desk.store, clock=desk.clock)
        next_day(desk)
    # Eight days with something new on each, six of them worked: three mails in ten business days.
    assert written == 3


def test_a_dispute_in_the_mail_pauses_exactly_the_invoice_that_it_names(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"), invoice("INV-2"))
    desk.arrives(mail("dispute/price", "INV-1 is priced wrongly."))
    assert run(desk) == 1
    body = next(one.text.body for one in desk.drafts() if one.kind == "reminder")
    assert "INV-2" in body
    assert "INV-1" not in body


def test_a_promise_pauses_until_its_day_and_is_told_when_it_was_not_kept(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"))
    promise = Hold("INV-1", "promised", "kim", date(2026, 11, 30), "kim")
    hold_invoice(promise, store=desk.store, clock=desk.clock)
    assert run(desk) == 0
    desk.clock.moment = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    assert run(desk) == 1
    (told,) = notices_of(desk.store.engine, User("kim", Role.APPROVER))[:1]
    assert [(one.subject, one.what) for one in told.lines] == [
        ("INV-1", "promised was due on 2026-11-30 and is still open")
    ]


def test_a_hold_is_ended_by_a_person_and_on_record(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"))
    hold_invoice(Hold("INV-1", "they look for it", "kim", None, "kim"), store=desk.store, clock=desk.clock)
    assert run(desk) == 0
    end_hold("INV-1", "kim", store=desk.store, clock=desk.clock)
    next_day(desk)
    assert run(desk) == 1
    assert [one.what for one in desk.queries.record("invoice:INV-1")] == ["hold_ended", "held"]
    with pytest.raises(NotFoundError, match="INV-9"):
        hold_invoice(Hold("INV-9", "x", "kim", None, "kim"), store=desk.store, clock=desk.clock)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (invoice("INV-1", status="paid"), "was paid"),
        (invoice("INV-1", status="disputed"), "is disputed"),
        (invoice("INV-1", status="credited"), "was credited"),
        (invoice("INV-1", balance="1000.00"), r"balance is \$1,000.00 now, and was \$1,204.50"),
    ],
)
def test_what_changed_since_the_draft_blocks_its_approval(desk: StepDesk, later: Invoice, said: str) -> None:
    know(desk, invoice("INV-1"))
    run(desk)
    know(desk, later)
    with pytest.raises(RuleViolationError, match=said):
        approve(desk, desk.drafts()[0].draft_id)


def test_what_changed_since_the_approval_blocks_the_sending(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"))
    run(desk)
    entry = approve(desk, desk.drafts()[0].draft_id)
    hold_invoice(Hold("INV-1", "promised", "kim", None, "kim"), store=desk.store, clock=desk.clock)
    sender = KeepingSender()
    outcome = send(entry, store=desk.store, sender=sender, clock=desk.clock)
    assert isinstance(outcome, Failed)
    assert "INV-1 is on hold: promised" in outcome.reason
    assert sender.sent == []


def test_what_is_still_so_is_sent(desk: StepDesk) -> None:
    know(desk, invoice("INV-1"))
    run(desk)
    sender = KeepingSender()
    send(approve(desk, desk.drafts()[0].draft_id), store=desk.store, sender=sender, clock=desk.clock)
    assert [envelope.recipients for envelope, _ in sender.sent] == [("ap@acme.example",)]


def test_a_customer_who_has_to_answer_is_reminded_in_their_own_conversation(desk: StepDesk) -> None:
    desk.know(("INV-1", replace(ACME)))
    know(desk, invoice("INV-1", due="2026-12-31"))
    desk.arrives(mail("tax_exempt/certificate", "We are exempt."))
    for draft in desk.drafts():
        reject_draft(draft.draft_id, 1, "by phone", "kim", store=desk.store, clock=desk.clock)
    work_on_item.wait("CD-1001", "kim", store=desk.store, clock=desk.clock)
    assert run(desk) == 0
    # Wednesday, Friday closed, Monday and Tuesday: three working days have ended by Wednesday.
    desk.clock.moment = MORNING + timedelta(days=8)
    assert run(desk) == 1
    (draft,) = desk.drafts()
    assert draft.text.to == ("ann@acme.example",)
    assert draft.reply_to_message_id is not None
    assert "CD-1001" in draft.text.body


def test_people_are_told_of_drafts_that_wait_and_of_work_that_nobody_has(desk: StepDesk) -> None:
    desk.arrives(mail())
    next_day(desk)
    run(desk)
    everybody = {line.what for one in notices_of(desk.store.engine, User("x", Role.APPROVER)) for line in one.lines}
    manager = {line.what for one in notices_of(desk.store.engine, User("mo", Role.MANAGER)) for line in one.lines}
    assert "waits for approval" in everybody
    assert "has no owner" in manager


def test_nights_and_weekends_are_no_time_in_which_anybody_could_have_looked(desk: StepDesk) -> None:
    # Friday, an hour before the night shift of the desk's calendar ends; the next run is on Monday morning.
    desk.clock.moment = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)
    desk.arrives(mail())
    desk.clock.moment = datetime(2026, 12, 7, 13, 30, tzinfo=UTC)
    run(desk)
    assert notices_of(desk.store.engine, User("x", Role.APPROVER)) == []
    desk.clock.moment = datetime(2026, 12, 8, 13, 30, tzinfo=UTC)
    run(desk)
    told = [line for one in notices_of(desk.store.engine, User("x", Role.APPROVER)) for line in one.lines]
    assert [line.what for line in told] == ["waits for approval"]
