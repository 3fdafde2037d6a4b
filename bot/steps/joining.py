"""Finding the conversation of a message and the account of its sender. Shared by take_in's parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.ledger_reading import as_in_ledger
from bot.desk.trust import DOUBTS
from bot.desk.verdict import Verdict
from bot.desk.work_item import id_of
from bot.ledger.customer import Customer
from bot.ledger.lookup import Known, account_of, number_key
from bot.mail.address import Address
from bot.mail.flag import Flag
from bot.mail.message import InboundMessage
from bot.mail.origin import looks_like
from bot.mail.subjects import normalised_subject, subject_tags
from bot.mail.thread import Join, NewThread, ThreadCandidate, ThreadSignals, match_thread
from bot.mail.thread_token import read_message_id
from bot.repositories import UnitOfWork
from bot.stored import Foreseen


@dataclass(frozen=True, slots=True)
class Standing:
    """Who writes, as far as the ledger tells, and what it knows of the numbers they name.

    In `verdict` the numbers stand as the account has them, where the sender wrote them short or with a slip.
    """

    customer: Customer | None
    known: Known
    flags: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a message belongs, the threads in which its sender waits for an answer already, and the one it joins."""

    found: Join | NewThread
    waiting: tuple[ThreadCandidate, ...]
    joined: ThreadCandidate | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it is to be placed. `about` is an earlier thread that names one of its invoices or POs."""

    message: InboundMessage
    side: str
    verdict: Verdict
    about: int | None = None


def standing(uow: UnitOfWork, incoming: Incoming, own_domains: Collection[str]) -> Standing:
    """The account of the sender. A colleague has none, so the account is that of the numbers they name."""
    message, side, verdict = incoming.message, incoming.side, incoming.verdict
    numbers = [*verdict.values("invoice"), *verdict.values("po")]
    flags: list[str] = []
    customer: Customer | None = None
    if side == "inside":
        number = account_of(uow.ledger.owners(numbers)) if numbers else None
        customer = uow.ledger.customer(number) if number is not None else None
    elif message.sender is not None:
        customer = uow.ledger.customer_of_sender(message.sender)
        if customer is None and _imitates(message.sender.domain, uow.ledger.domains(), own_domains):
            flags.append(Flag.LOOK_ALIKE)
    known = uow.ledger.lookup(customer, numbers, verdict.values("state"))
    # Who may be somebody else is not told how the account's numbers are written in full.
    if customer is not None and known.unknown_numbers and not DOUBTS.intersection(message.flags):
        verdict = as_in_ledger(verdict, known.unknown_numbers, uow.ledger.numbers_of(customer.number))
        if verdict is not incoming.verdict:
            numbers = [*verdict.values("invoice"), *verdict.values("po")]
            known = uow.ledger.lookup(customer, numbers, verdict.values("state"))
    if known.foreign_numbers:
        flags.append(Flag.NUMBER_OF_ANOTHER_ACCOUNT if customer is not None else Flag.NUMBER_NOT_CONFIRMED)
    return Standing(customer, known, tuple(flags), verdict)


def _imitates(domain: str, known: Collection[str], own_domains: Collection[str]) -> bool:
    return looks_like(domain, own_domains) is not None or looks_like(domain, known) is not None


def find_thread(uow: UnitOfWork, incoming: Incoming, who: Standing, secret: bytes, now: datetime) -> Conversation:
    """Load what points at a thread, and let the rules decide."""
    message, verdict = incoming.message, incoming.verdict
    references = _references(message)
    keys = [key for one in references if (key := read_message_id(secret, one)) is not None]
    by_token = tuple(uow.threads.with_keys(keys))
    if message.automatic in ("bounce", "receipt") and by_token:
        # Whoever encloses our own Message-ID with its proof was handed our mail; the sender is a mail server.
        return Conversation(Join(by_token[0].thread_id, "It is about a message of ours."), (), by_token[0])
    sender_key = message.sender.key if message.sender is not None else ""
    waiting = tuple(uow.threads.waiting_for_answer(sender_key)) if message.automatic is None else ()
    by_reference = tuple(uow.threads.holding(references))
    pointed_at = (*by_token, *by_reference)
    by_tag = {tag: _named(uow, id_of(tag), pointed_at) for tag in subject_tags(message.subject)}
    found = match_thread(
        ThreadSignals(
            sender=sender_key,
            subject=normalised_subject(message.subject),
            side=incoming.side,
            now=now,
            account_number=who.customer.number if who.customer is not None else None,
            invoices=frozenset(number_key(number) for number in verdict.values("invoice")),
            by_token=by_token,
            by_reference=by_reference,
            by_tag=by_tag,
            by_invoice=(ThreadCandidate(incoming.about),) if incoming.about is not None else (),
            by_sender=waiting,
        )
    )
    there = (one for one in (*by_token, *by_reference, *by_tag.values()) if one is not None)
    joined = next((one for one in there if isinstance(found, Join) and one.thread_id == found.thread_id), None)
    return Conversation(found, waiting, joined)


def foreseen(mails: Iterable[tuple[InboundMessage, Verdict]], secret: bytes) -> Foreseen:
    """What `standing` and `find_thread` will ask about these, so that the store reads it at once."""
    senders: dict[Address, None] = {}
    references: list[str] = []
    numbers: list[str] = []
    for message, verdict in mails:
        senders.update((sender, None) for sender in message.senders if sender is message.sender)
        references += _references(message)
        numbers += [*verdict.values("invoice"), *verdict.values("po")]
    keys = [key for one in references if (key := read_message_id(secret, one)) is not None]
    return Foreseen(list(senders), references, keys, numbers)


def _named(uow: UnitOfWork, item_id: int, pointed_at: Sequence[ThreadCandidate]) -> ThreadCandidate | None:
    """The thread of the item that a tag names. Where the item was merged, either thread is right."""
    thread = uow.threads.of_item(item_id)
    if thread is None or not pointed_at:
        return thread
    own = uow.items.get(item_id).thread_id
    return next((one for one in pointed_at if one.thread_id == own), thread)


def _references(message: InboundMessage) -> Sequence[str]:
    # A bounce refers by what it encloses: the mail of ours that came back.
    # Replies refer to recent messages; a forged header of a thousand ids must not cost a thousand look-ups.
    return list(dict.fromkeys([*reversed(message.references), *message.reported_ids]))[:50]
