"""What goes with reminders, and what our own people are told: statements, invoices as printed, holds, bounces."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from pypdfium2 import PdfDocument

from bot.desk.draft import DraftText
from bot.desk.outbox import Failed
from bot.errors import RuleViolationError
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.policies.reminders import ReminderPolicy
from bot.steps.decide_draft import approve_draft, reject_draft, revise_draft
from bot.steps.send import send
from bot.steps.telling import Reminding
from bot.steps.write_reminders import write_reminders
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import StepDesk
from tests.unit.steps.test_write_reminders import CUSTOMER, POLICY, SETTINGS, approve, invoice, know, next_day, ports

MANAGED = replace(CUSTOMER, account_manager="Dana Reyes")
WITH_DANA = replace(POLICY, account_managers={"dana reyes": "dana@northgate.example"})


def run(desk: StepDesk, policy: ReminderPolicy = POLICY) -> int:
    return write_reminders(ports(desk), Reminding(policy, desk.policy, replace(SETTINGS.sla, manager="mo")))


def know_as(desk: StepDesk, customer: Customer, *invoices: Invoice) -> None:
    know(desk, *invoices)
    with desk.store.begin() as uow:
        uow.ledger.save_customers([customer], desk.clock.now())
        uow.commit()


def sent(desk: StepDesk, entry: int) -> EmailMessage:
    sender = KeepingSender()
    send(entry, store=desk.store, sender=sender, clock=desk.clock)
    ((_, raw),) = sender.sent
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_statement_of_all_that_is_past_due_and_the_invoices_as_printed_go_with_a_reminder(desk: StepDesk) -> None:
    printed = b"%PDF-1.4 invoice as the ERP printed it"
    (desk.folder / "INV-2.pdf").write_bytes(printed)
    # The first is past due without having come to a level, the third is due tomorrow, the fourth is nobody's matter.
    late, fresh = invoice("INV-2", balance="88.00"), invoice("INV-1", due="2026-11-22")
    know(desk, fresh, late, invoice("INV-3", due="2026-11-25"), invoice("INV-4", status="disputed"))
    assert run(desk) == 1
    (draft,) = desk.drafts()
    assert [one.name for one in draft.text.files] == ["Statement 2026-11-24.pdf", "INV-2.pdf"]
    assert "INV-2: $88.00, due November 1, 2026, your PO PO-7, copy attached" in draft.text.body
    assert "INV-1" not in draft.text.body
    message = sent(desk, approve(desk, draft.draft_id))
    statement, copy = (one.get_content() for one in message.iter_attachments())
    said = text_of(statement)
    assert all(words in said for words in ("INV-1", "$1,204.50", "INV-2", "$88.00", "$1,292.50", "Acme Mills"))
    assert not any(words in said for words in ("INV-3", "INV-4"))
    assert copy == printed


@pytest.mark.parametrize("at", ["approval", "sending"])
def test_a_figure_that_stands_in_the_statement_alone_is_read_anew(desk: StepDesk, at: str) -> None:
    fresh, late = invoice("INV-1", due="2026-11-22"), invoice("INV-2")
    know(desk, fresh, late)
    run(desk)
    (draft,) = desk.drafts()
    entry = approve(desk, draft.draft_id) if at == "sending" else None
    know(desk, invoice("INV-1", due="2026-11-22", status="paid"), late)
    if entry is None:
        with pytest.raises(RuleViolationError, match="INV-1 was paid"):
            approve(desk, draft.draft_id)
        return
    outcome = send(entry, store=desk.store, sender=KeepingSender(), clock=desk.clock)
    assert isinstance(outcome, Failed)
    assert "INV-1 was paid" in outcome.reason


def test_a_person_who_edits_the_text_does_not_unbind_the_statement_and_one_who_takes_it_out_does(
    desk: StepDesk,
) -> None:
    know(desk, invoice("INV-1", due="2026-11-22"), invoice("INV-2"))
    run(desk)
    (draft,) = desk.drafts()
    know(desk, invoice("INV-1", due="2026-11-22", status="paid"), invoice("INV-2"))
    text = replace(draft.text, body=f"{draft.text.body}\n\nPS: call me")
    by = {"store": desk.store, "clock": desk.clock}
    revise_draft(draft.draft_id, 1, text, "kim", **by)
    with pytest.raises(RuleViolationError, match="INV-1 was paid"):
        approve_draft(draft.draft_id, 2, "kim", letterhead=desk.letterhead, **by)
    revise_draft(draft.draft_id, 2, replace(text, files=()), "kim", **by)
    assert approve_draft(draft.draft_id, 3, "kim", letterhead=desk.letterhead, **by)


def test_a_customer_is_written_to_in_their_language_and_as_a_workbook_where_that_is_wanted(desk: StepDesk) -> None:
    know_as(desk, replace(CUSTOMER, language="de"), invoice("INV-1"))
    assert run(desk, replace(POLICY, statement=("xlsx",))) == 1
    (draft,) = desk.drafts()
    assert draft.text.body.startswith("Guten Tag,")
    assert "- Rechnung INV-1: $1,204.50, fällig am 1. November 2026, Ihre Bestellung PO-7" in draft.text.body
    assert draft.text.body.endswith("Kreditabteilung, Northgate")
    assert [one.name for one in draft.text.files] == ["Kontoauszug 2026-11-24.xlsx"]


def test_the_account_manager_is_told_before_a_hold_and_nobody_outside_is(desk: StepDesk) -> None:
    know_as(desk, MANAGED, invoice("INV-1", due="2026-10-01"))
    assert run(desk, WITH_DANA) == 2
    draft = next(one for one in desk.drafts() if one.kind == "inside")
    assert draft.text.to == ("dana@northgate.example",)
    # Sixty days after October 1 would be November 30.
    assert "We decide about a hold on November 30, 2026." in draft.text.body
    assert [one.name for one in draft.text.files] == ["Statement 2026-11-24.pdf"]
    outside = DraftText(("ap@acme.example",), (), draft.text.subject, draft.text.body, draft.text.files)
    by = {"store": desk.store, "clock": desk.clock}
    with pytest.raises(RuleViolationError, match=r"ap@acme.example is not one of them"):
        approve_draft(draft.draft_id, 1, "kim", letterhead=desk.letterhead, text=outside, **by)
    assert sent(desk, approve(desk, draft.draft_id))["To"] == "dana@northgate.example"
    next_day(desk)
    assert run(desk, WITH_DANA) == 0


def test_a_hold_is_never_announced_for_a_day_that_is_over_and_a_gap_asks_who_is_to_be_told(desk: StepDesk) -> None:
    know_as(desk, MANAGED, invoice("INV-1", due="2026-06-01"))
    run(desk)
    draft = next(one for one in desk.drafts() if one.kind == "inside")
    assert "We decide about a hold on November 29, 2026." in draft.text.body
    assert draft.gaps == ("recipient",)


def test_word_to_our_own_people_takes_nothing_of_the_customers_budget(desk: StepDesk) -> None:
    know_as(desk, MANAGED, invoice("INV-1", due="2026-10-01"))
    run(desk, replace(WITH_DANA, budget=replace(POLICY.budget, touches=2)))
    for draft in desk.drafts():
        reject_draft(draft.draft_id, 1, "by phone", "kim", store=desk.store, clock=desk.clock)
    next_day(desk)
    know_as(desk, MANAGED, invoice("INV-1", due="2026-10-01"), invoice("INV-2"))
    assert run(desk, replace(WITH_DANA, budget=replace(POLICY.budget, touches=2))) == 1


def test_customers_on_paper_are_invited_a_few_a_day_and_not_again_for_half_a_year(desk: StepDesk) -> None:
    rule = next(one for one in POLICY.rules if one.kind == "e_billing")
    policy = replace(POLICY, rules=(replace(rule, most_a_day=2),))
    paper = [Customer(f"P{one}", f"Paper {one}", emails=(f"ap@p{one}.example",), delivery="paper") for one in range(3)]
    by_mail = Customer("E1", "Mailed", emails=("ap@e1.example",), delivery="email")
    with desk.store.begin() as uow:
        uow.ledger.save_customers([*paper, by_mail], desk.clock.now())
        rows = [replace(invoice(f"INV-{one.number}", due="2027-01-01"), customer_number=one.number) for one in paper]
        uow.ledger.save_invoices(rows, desk.clock.now())
        uow.commit()
    assert run(desk, policy) == 2
    next_day(desk)
    assert run(desk, policy) == 1
    assert sorted(one.text.to for one in desk.drafts()) == [(f"ap@p{one}.example",) for one in range(3)]
    for draft in desk.drafts():
        reject_draft(draft.draft_id, 1, "by phone", "kim", store=desk.store, clock=desk.clock)
    desk.clock.moment = datetime(2027, 5, 20, 15, tzinfo=UTC)
    assert run(desk, policy) == 0
    desk.clock.moment = datetime(2027, 5, 25, 15, tzinfo=UTC)
    assert run(desk, policy) == 2


def bounce(address: str, *, about: str = "Invoice INV-1 from Northgate") -> bytes:
    """What a mail server says of an invoice that the ERP had sent in the desk's name."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: invoicing@northgate.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <b{address}@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: erp@northgate.example\r\n"
        f"To: {address}\r\nSubject: {about}\r\nMessage-ID: <erp1@northgate.example>\r\n\r\nSee the file.\r\n--b--\r\n"
    ).encode()


def test_our_own_people_hear_that_electronic_invoices_come_back_until_the_address_is_changed(desk: StepDesk) -> None:
    know_as(desk, MANAGED)
    desk.arrives(bounce("ap@acme.example"), mailbox="invoicing")
    assert run(desk, WITH_DANA) == 1
    draft = next(one for one in desk.drafts() if one.kind == "inside")
    assert draft.text.to == ("dana@northgate.example",)
    assert "- ap@acme.example: last on November 24, 2026, 1 so far. Their server says: 5.1.1 550 no such user" in (
        draft.text.body
    )
    assert approve(desk, draft.draft_id)
    desk.clock.moment += timedelta(days=7)
    know_as(desk, replace(MANAGED, emails=("new@acme.example",)))
    assert run(desk, WITH_DANA) == 0


@pytest.mark.parametrize(
    ("address", "about"), [("someone@nowhere.example", "Invoice INV-1"), ("ap@acme.example", "Our summer party")]
)
def test_a_bounce_of_anything_else_is_nobodys_reminder(desk: StepDesk, address: str, about: str) -> None:
    know_as(desk, MANAGED)
    desk.arrives(bounce(address, about=about), mailbox="invoicing")
    assert run(desk, WITH_DANA) == 0
