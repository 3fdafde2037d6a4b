"""Automatic mail about our own: bounces and receipts tied to the outbox entry that caused them. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.outbox import OutboxEntry, OutboxState
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.returned import returned_from, returned_invoices
from bot.desk.task import Task, TaskKind
from bot.mail.address import Address
from bot.mail.message import InboundMessage
from bot.mail.thread_token import read_message_id
from bot.repositories import UnitOfWork

# Only what was handed to a mail server can come back.
_GONE_OUT = (OutboxState.SENT, OutboxState.UNCERTAIN, OutboxState.SENDING)


@dataclass(frozen=True, slots=True)
class OurMail:
    """What a bounce or receipt is about: an entry of ours, mail that the desk never sent, or nobody can tell."""

    entry: OutboxEntry | None
    is_strange: bool = False


def find_ours(uow: UnitOfWork, message: InboundMessage, secret: bytes) -> OurMail:
    """Only a Message-ID with our proof counts: anybody can write a bounce that names a customer."""
    proven = [one for one in message.reported_ids if read_message_id(secret, one) is not None]
    entry = uow.outbox.under(proven) if proven else None
    if entry is not None and entry.state in _GONE_OUT:
        return OurMail(entry)
    return OurMail(None, is_strange=bool(message.reported_ids))


def note_return(uow: UnitOfWork, message: InboundMessage, entry: OutboxEntry, thread_id: int, now: datetime) -> None:
    """Carry a bounce over to the entry, the addresses and a person's tasks."""
    returned = returned_from(message, entry.envelope.recipients)
    if not returned:
        return
    uow.outbox.mark_returned(entry, returned)
    after = {f"to {address}": words for address, words in returned.items()}
    uow.record.add(RecordEntry(now, THE_DESK, "came_back", f"outbox:{entry.entry_id}", {"state": entry.state}, after))
    for address, words in returned.items():
        uow.tasks.suspect(address, f"mail of {now:%Y-%m-%d} came back: {words}", entry.entry_id, now)
        text = (
            f"Our message to {address} came back: {words}. Find an address that works; mark this done when {address}"
            " may be written to again"
        )
        uow.tasks.open(Task(0, TaskKind.RETURNED_MAIL, f"returned:{address}"[:400], text, thread_id, now))


def note_returned_invoices(uow: UnitOfWork, message: InboundMessage, now: datetime) -> None:
    """Invoices leave from the ERP, and only their bounces come here. What comes of it is a draft to our own people
    that a person reads, so that a forged bounce misleads nobody."""
    for address, words in returned_invoices(message).items():
        customer = uow.ledger.customer_of_sender(Address("", address))
        if customer is None:
            continue
        uow.reminders.note_returned(address[:320], customer.number, words, now)
        after = {"address": address, "reason": words}
        uow.record.add(RecordEntry(now, THE_DESK, "invoice_came_back", f"customer:{customer.number}", {}, after))


def note_receipt(uow: UnitOfWork, entry: OutboxEntry, now: datetime) -> None:
    uow.record.add(RecordEntry(now, THE_DESK, "receipt_came", f"outbox:{entry.entry_id}"))
