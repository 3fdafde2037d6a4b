"""G. Automatic mail, loops, bounces."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

import pytest

from bot.desk.outbox import OutboxState
from bot.desk.seen import Trust
from bot.errors import RuleViolationError
from tests.torture.desk import TortureDesk
from tests.torture.mime import mixed
from tests.torture.words import Case, Want, letter

ASK = letter("Message-ID: <ask@acme.example>\nSubject: dispute/other", "The price of INV-1 is wrong.")
DAEMON = "From: Mail Delivery Subsystem <mailer-daemon@mx.acme.example>\nReturn-Path: <>\nSubject: Undelivered Mail"
REPORT = """Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user"""


def _id_of(sent: bytes) -> str:
    return str(message_from_bytes(sent)["Message-ID"])


def bounce(of: str, address: str = "ann@acme.example", action: str = "failed", status: str = "5.1.1") -> bytes:
    report = REPORT.replace("{address}", address).replace("{action}", action).replace("{status}", status)
    returned = f"Content-Type: text/rfc822-headers\n\nFrom: icc@northgate.example\nMessage-ID: {of}"
    words = "Content-Type: text/plain\n\nYour message could not be delivered."
    return mixed(words, report, returned, kind="report; report-type=delivery-status", head=DAEMON)


def _bounced(desk: TortureDesk) -> None:
    sent = _id_of(desk.answered(ASK))
    assert desk.arrives(bounce(sent)).automatic == 1
    (row,) = desk.queries.outbox()
    assert row.entry.returned == (("ann@acme.example", "5.1.1 550 5.1.1 no such user"),)
    assert desk.tasks() == ["returned_mail"]
    assert len(desk.items()) == 1
    assert "came_back" in [one.what for one in desk.queries.record()]
    _nothing_is_sent_there(desk)


def _nothing_is_sent_there(desk: TortureDesk) -> None:
    desk.arrives(letter("Message-ID: <again@acme.example>", "INV-2 please."))
    with pytest.raises(RuleViolationError, match="came back"):
        desk.approve()


def _delayed(desk: TortureDesk) -> None:
    sent = _id_of(desk.answered(ASK))
    desk.arrives(bounce(sent, action="delayed", status="4.4.7"))
    _unmoved(desk)


def _unmoved(desk: TortureDesk) -> None:
    (row,) = desk.queries.outbox()
    assert (row.entry.state, row.entry.returned) == (OutboxState.SENT, ())
    assert desk.tasks() == []


def _text_bounce(desk: TortureDesk) -> None:
    sent = _id_of(desk.answered(ASK))
    words = f"550 5.1.1 user unknown: ann@acme.example\n\nMessage-ID: {sent}"
    desk.arrives(letter(DAEMON, "Your message could not be delivered.\n" + words))
    (row,) = desk.queries.outbox()
    assert [address for address, _ in row.entry.returned] == ["ann@acme.example"]


def _text_bounce_of_nothing(desk: TortureDesk) -> None:
    desk.answered(ASK)
    taken = desk.arrives(letter(DAEMON, "Your message could not be delivered: user unknown."))
    assert (taken.quarantined, taken.items) == (1, 0)
    _unmoved(desk)


def _forged_bounce(desk: TortureDesk) -> None:
    sent = desk.answered(ASK)
    desk.arrives(bounce("<made.up@northgate.example>"), bounce(_id_of(sent), address="cora@acme.example"))
    _unmoved(desk)


def _backscatter(desk: TortureDesk) -> None:
    taken = desk.arrives(bounce("<spam@botnet.example>"))
    assert (taken.messages, taken.items, taken.automatic) == (1, 0, 1)
    assert desk.tasks() == []


def _receipt(desk: TortureDesk) -> None:
    sent = _id_of(desk.answered(ASK))
    note = (
        f"Content-Type: message/disposition-notification\n\nOriginal-Message-ID: {sent}\nDisposition: manual; displayed"
    )
    kind = "report; report-type=disposition-notification"
    head = "Subject: Read: dispute/other"
    assert desk.arrives(mixed("Content-Type: text/plain\n\nRead.", note, kind=kind, head=head)).automatic == 1
    assert "receipt_came" in [one.what for one in desk.queries.record("outbox:1")]
    assert len(desk.items()) == 1


def _absence(desk: TortureDesk) -> None:
    sent = _id_of(desk.answered(ASK))
    body = "I am away until March 3. Please write to cora@acme.example."
    head = f"Subject: Automatic reply: dispute/other\nAuto-Submitted: auto-replied\nIn-Reply-To: {sent}"
    assert desk.arrives(letter(head, body)).automatic == 1
    last = desk.messages()[-1]
    assert last.hints == (("new_contact", "cora@acme.example"), ("back_on", "March 3"))
    assert len(desk.items()) == 1


def _flood(desk: TortureDesk) -> None:
    desk.policy = replace(desk.policy, trust=Trust(sender_per_hour=10))
    taken = desk.arrives(*(letter(f"Subject: dispute/other {n}", f"Matter {n}.") for n in range(20)))
    assert (taken.messages, taken.items) == (20, 20)
    assert taken.drafts <= 10
    assert desk.tasks() == ["sender_flood"]
    assert any("sender_flood" in why for why in desk.why_not_drafted())


def _acks(desk: TortureDesk) -> None:
    desk.policy = replace(desk.policy, trust=Trust(thread_per_day=5))
    desk.arrives(letter("Message-ID: <0@acme.example>\nSubject: dispute/other [T-77]", "We have got your message."))
    for number in range(1, 12):
        head = f"Message-ID: <{number}@acme.example>\nReferences: <{number - 1}@acme.example>"
        desk.arrives(letter(f"{head}\nSubject: dispute/other [T-77]", f"We have got your message, number {number}."))
    assert desk.tasks() == ["loop"]
    assert any("loop_suspected" in why for why in desk.why_not_drafted())
    assert desk.queries.outbox() == []


def _released(desk: TortureDesk) -> None:
    from_us = letter("From: icc@northgate.example\nSubject: dispute/other", "Written by hand in the shared mailbox.")
    assert desk.arrives(from_us).quarantined == 1
    desk.release()
    assert desk.work().items == 1
    assert desk.queries.quarantined() == []


def out_of_office(subject: str, body: str = "I am out of the office until Monday.") -> bytes:
    return letter(f"Subject: {subject}", body)


CASES = (
    Case(
        "G1",
        "`Auto-Submitted: auto-replied`",
        "A note; no item, no draft.",
        (letter("Auto-Submitted: auto-replied", "Thanks, I am away."),),
        Want(items=0, drafts=0, automatic=1),
    ),
    Case(
        "G2",
        "Out-of-office of Gmail, Exchange and Notes, in six languages, by the subject alone",
        "All are recognised.",
        tuple(
            out_of_office(subject)
            for subject in (
                "Automatic reply: Invoice INV-1",
                "Out of Office: Invoice INV-1",
                "Ann Lee is out of the office (returning 12/01/2026)",
                "Abwesenheitsnotiz: Rechnung",
                "Automatische Antwort: Rechnung",
                "Réponse automatique : facture",
                "Respuesta automática: factura",
                "Risposta automatica: fattura",
                "Resposta automática: fatura",
                "Automatisch antwoord: factuur",
            )
        ),
        Want(items=0, drafts=0, automatic=10),
    ),
    Case(
        "G3",
        "An out-of-office names a new contact and a date",
        "Suggested beside it; nothing is changed.",
        play=_absence,
    ),
    Case(
        "G4",
        "A portal's `Auto-Submitted: auto-generated` with a rejection",
        "Worked as an item; no answer is drafted, since nobody would read it.",
        (
            letter(
                "From: Ariba Network <no-reply@ansmtp.ariba.example>\nAuto-Submitted: auto-generated\n"
                "Subject: dispute/other Invoice INV-1 rejected",
                "Invoice INV-1 was rejected: the PO number is missing. Correct and resubmit.",
            ),
        ),
        Want(items=1, drafts=0, flags=("robot_sender",), why_not="unanswerable"),
    ),
    Case(
        "G5",
        "List-Id and Precedence bulk",
        "No item, no draft.",
        (letter("List-Id: <news.acme.example>\nPrecedence: bulk"),),
        Want(items=0, drafts=0, automatic=1),
    ),
    Case(
        "G6",
        "From no-reply@",
        "An item; no draft until a person chooses an address.",
        (letter("From: no-reply@acme.example"),),
        Want(items=1, drafts=0, why_not="unanswerable"),
    ),
    Case(
        "G7",
        "Another ticket system acknowledges each message",
        "A cap: no more drafts, one task, nothing sent.",
        play=_acks,
    ),
    Case(
        "G8",
        "Our own address in Cc",
        "It gets no copy.",
        (letter("Cc: invoicing@northgate.example, cora@acme.example"),),
        Want(items=1, drafts=1, to=("ann@acme.example",)),
    ),
    Case("G9", "One sender floods a mailbox", "All is kept; drafting stops; one task.", play=_flood),
    Case(
        "G10",
        "The desk cannot read a message",
        "Staff see it in quarantine; the sender gets nothing.",
        (letter("X-Long: " + "a" * 600_000),),
        Want(items=0, quarantined=1),
    ),
    Case(
        "G11",
        "A bounce (5.1.1) of an answer of ours",
        "The outbox entry shows it, the address is held, a task is open; nothing more is approved to it.",
        play=_bounced,
    ),
    Case("G11b", "A notice of delay (4.4.7)", "Nothing changes.", play=_delayed),
    Case("G13", "A bounce of text alone that quotes our Message-ID", "Tied to the entry.", play=_text_bounce),
    Case("G13b", "A bounce of text alone that quotes nothing", "Quarantine.", play=_text_bounce_of_nothing),
    Case("G14", "A forged bounce that names a good contact", "Nothing changes.", play=_forged_bounce),
    Case("G15", "A bounce of mail that we never sent", "Counted; no item, no task.", play=_backscatter),
    Case(
        "G16",
        "A challenge: confirm that you are human",
        "A task for a person; no link is followed.",
        (
            letter(
                "Subject: Please confirm your message",
                "To complete the delivery of your message, verify that you are a human: http://x.example/y",
            ),
        ),
        Want(items=0, drafts=0, automatic=1, tasks=("sender_check",)),
    ),
    Case("G17", "A read receipt", "Noted on the outbox entry.", play=_receipt),
    Case(
        "G18",
        "Headers that look like the desk's own",
        "They mean nothing.",
        (letter("X-Creditdesk-Approved: yes\nX-Creditdesk-Category: refund"),),
        Want(items=1, drafts=1),
    ),
    Case(
        "G19",
        "Mail from our own address that a person lets out of quarantine",
        "It is worked, and not held again.",
        play=_released,
    ),
)
