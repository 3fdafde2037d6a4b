"""Finding the conversation of a message and the account of its sender. Shared by take_in's parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.verdict import Verdict
from bot.desk.work_item import id_of
from bot.ledger.customer import Customer
from bot.ledger.lookup import Known, account_of, number_key
from bot.mail.message import InboundMessage
from bot.mail.origin import looks_like
from bot.mail.subjects import normalised_subject, subject_tags
from bot.mail.thread import Join, NewThread, ThreadCandidate, ThreadSignals, match_thread
from bot.mail.thread_token import read_message_id
from bot.repositories import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """Who writes, as far as the ledger tells, and what it knows of the numbers they name."""

    customer: Customer | None
    known: Known
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a message belongs, and the threads in which its sender waits for an answer already."""

    found: Join | NewThread
    waiting: tuple[ThreadCandidate, ...]


def standing(uow: UnitOfWork, message: InboundMessage, side: str, verdict: Verdict) -> Standing:
    """The account of the sender. A colleague has none, so the account is that of the numbers they name."""
    numbers = [*verdict.values("invoice"), *verdict.values("po")]
    flags: list[str] = []
    customer: Customer | None = None
    if side == "inside":
        number = account_of(uow.ledger.owners(numbers)) if numbers else None
        customer = uow.ledger.customer(number) if number is not None else None
    elif message.sender is not None:
        customer = uow.ledger.customer_of_sender(message.sender)
        if customer is None and looks_like(message.sender.domain, uow.ledger.domains()) is not None:
            flags.append("look_alike")
    known = uow.ledger.lookup(customer, numbers, verdict.values("state"))
    if known.foreign_numbers:
        flags.append("number_of_another_account" if customer is not None else "number_not_confirmed")
    return Standing(customer, known, tuple(flags))


def find_thread(
    uow: UnitOfWork, message: InboundMessage, side: str, verdict: Verdict, who: Standing, secret: bytes, now: datetime
) -> Conversation:
    """Load what points at a thread, and let the rules decide."""
    references = _references(message)
    keys = [key for one in references if (key := read_message_id(secret, one)) is not None]
    by_token = tuple(uow.threads.with_keys(keys))
    if message.automatic == "bounce" and by_token:
        # Whoever encloses our own Message-ID with its proof was handed our mail; the sender is a mail server.
        return Conversation(Join(by_token[0].thread_id, "It returns a message of ours."), ())
    sender_key = message.sender.key if message.sender is not None else ""
    waiting = tuple(uow.threads.waiting_for_answer(sender_key)) if message.automatic is None else ()
    found = match_thread(
        ThreadSignals(
            sender=sender_key,
            subject=normalised_subject(message.subject),
            side=side,
            now=now,
            account_number=who.customer.number if who.customer is not None else None,
            invoices=frozenset(number_key(number) for number in verdict.values("invoice")),
            by_token=by_token,
            by_reference=tuple(uow.threads.holding(references)),
            by_tag={tag: uow.threads.of_item(id_of(tag)) for tag in subject_tags(message.subject)},
            by_sender=waiting,
        )
    )
    return Conversation(found, waiting)


def _references(message: InboundMessage) -> Sequence[str]:
    # A bounce refers by what it encloses: the mail of ours that came back.
    enclosed = [one.message_id_header for one in message.enclosed] if message.automatic == "bounce" else []
    # Replies refer to recent messages; a forged header of a thousand ids must not cost a thousand look-ups.
    return list(dict.fromkeys([*reversed(message.references), *enclosed]))[:50]
