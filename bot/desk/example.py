"""What a person's correction teaches: a message and the answer that was right. Kept only where the company consents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.desk.verdict import UNSORTED, Verdict
from bot.mail.anonymous import without_people
from bot.mail.masking import mask
from bot.mail.message import InboundMessage

# One of so many customers is never learnt from, so that there is mail on which a new model can be judged.
PARTS = 5
FACT_KINDS = ("invoice", "po", "amount", "state")


@dataclass(frozen=True, slots=True)
class Learning:
    """What the company consents to: whether corrections are kept, and whether people are left out of them."""

    keeps: bool = False
    masks_people: bool = True


@dataclass(frozen=True, slots=True)
class ExampleMail:
    """The text of one message, covered as the policy says."""

    subject: str
    newest_text: str
    quoted_text: str
    side: str
    mailbox: str
    sender: str
    attachments: tuple[str, ...] = ()
    automatic: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the desk had said of the message, and by which model."""

    category: str
    best: str
    reason: str | None
    model: str


@dataclass(frozen=True, slots=True)
class Right:
    """The answer that people gave. `categories` begins with the primary one, and is empty where nobody sorted it.

    `facts` is None where nobody looked at them.
    """

    categories: tuple[str, ...]
    reason: str | None
    facts: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class OwnExample:
    """`corrected_by` is whoever said otherwise than the desk; of a message that was answered as the desk had sorted it,
    whoever approved the answer.
    """

    message_id: int
    thread_id: int
    customer_number: str | None
    mail: ExampleMail
    right: Right
    currency: str
    said: Said
    corrected_by: str
    corrected_at: datetime

    @property
    def is_held_out(self) -> bool:
        return is_held_out(self.customer_number, self.thread_id)


def is_held_out(customer_number: str | None, thread_id: int) -> bool:
    """Whether mail of this customer, or of this thread where nobody knows the customer, is kept for judging models.

    The same today and in a year, whatever else is kept: what once was held out was never learnt from.
    """
    name = f"customer:{customer_number}" if customer_number else f"thread:{thread_id}"
    return int.from_bytes(sha256(name.encode()).digest()[:8]) % PARTS == 0


def said_of(verdict: Verdict) -> Said:
    return Said(verdict.category, verdict.best, verdict.reason, verdict.model)


def facts_of(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    return {kind: verdict.values(kind) for kind in FACT_KINDS}


def as_said(verdict: Verdict) -> Right:
    """The answer as the desk gave it, before anybody corrected anything."""
    if not verdict.is_sorted:
        return Right((), None)
    names = (verdict.category, *(one.name for one in verdict.categories))
    return Right(tuple(dict.fromkeys(names)), verdict.reason)


def sorted_right(known: Right, before: str, after: str, reason: str | None) -> Right:
    """The answer after a person put the item of the message from category `before` under `after`.

    The corrected category keeps its place. Where it stood nowhere, the person's comes first. The reason belongs to the
    primary category alone.
    """
    if after == UNSORTED:
        return known
    if before in known.categories:
        named = tuple(dict.fromkeys(after if one == before else one for one in known.categories))
    else:
        named = tuple(dict.fromkeys((after, *known.categories)))
    return Right(named, reason if named[0] == after else known.reason, known.facts)


def right_after_undo(kept: Right, said: Right, undone: str, category: str, reason: str | None) -> Right | None:
    """The answer once it was undone that the item was put from `category` under `undone`.

    None where nothing is left of it but what the desk said itself: then it is no example.
    """
    if category == UNSORTED:
        back = Right(tuple(one for one in kept.categories if one != undone), None, kept.facts)
    else:
        back = sorted_right(kept, undone, category, reason)
    return None if back == said else back


def example_mail(message: InboundMessage, side: str, mailbox: str, learning: Learning) -> ExampleMail:
    """Card and bank account numbers are always covered; people, where the policy says so."""
    names = [one.name for one in message.senders] if learning.masks_people else []

    def covered(text: str) -> str:
        return without_people(mask(text), names) if learning.masks_people else mask(text)

    return ExampleMail(
        subject=covered(message.subject),
        newest_text=covered(message.newest_text),
        quoted_text=covered(message.quoted_text),
        side=side,
        mailbox=mailbox,
        sender=covered(message.sender.email) if message.sender is not None else "",
        attachments=tuple(covered(one.name) for one in message.attachments if not one.is_inline),
        automatic=message.automatic,
    )
