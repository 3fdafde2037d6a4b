"""Approved messages on their way out. At most once: what may have been sent is never sent again by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.errors import BotError, PermanentError, RuleViolationError, TransientError
from bot.mail.envelope import Envelope, Receipt
from bot.mail.message import InboundMessage

# The sum is two days: an outage over a weekend must not cost a customer the answer.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 908, 908, 908))

# A claim this old belongs to a process that died or hangs; whether it had sent, only a look can tell.
CLAIM_HELD_FOR = timedelta(minutes=10)


class OutboxState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    # Of those that people send themselves: it lies in the Drafts folder, or a person deleted it there.
    IN_DRAFTS = "in_drafts"
    DELETED = "deleted"


class Way(StrEnum):
    """How approved mail of a mailbox leaves: the desk sends it, or a person does from the Drafts folder."""

    SEND = "send"
    DRAFTS = "drafts"


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One approved message. `raw` is what goes out, byte for byte; `approved_sha256` is what the person approved."""

    entry_id: int
    draft_id: int
    mailbox: str
    message_id_header: str
    envelope: Envelope
    approved_by: str
    approved_sha256: str
    state: OutboxState
    failures: int
    next_attempt_at: datetime
    raw: bytes = field(repr=False, default=b"")
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    is_filed: bool = False
    # Recipients from whom it came back, each with the server's words.
    returned: tuple[tuple[str, str], ...] = ()
    way: Way = Way.SEND
    in_drafts_at: datetime | None = None
    # Since when it lies neither in Drafts nor in Sent.
    missing_since: datetime | None = None
    # A person changed the text before they sent it from Drafts.
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    at: datetime
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Retry:
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    reason: str


Outcome = Sent | Retry | Failed | Uncertain


@dataclass(frozen=True, slots=True)
class InDrafts:
    at: datetime


@dataclass(frozen=True, slots=True)
class SentByPerson:
    """Found in Sent: the message as the person sent it, under whatever Message-ID their mail program gave it."""

    at: datetime
    message: InboundMessage
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    reason: str


EntryOutcome = Outcome | InDrafts | SentByPerson | Deleted


def check_untouched(entry: OutboxEntry) -> None:
    """Raises PermanentError unless a named person approved exactly these bytes."""
    if not entry.approved_by:
        raise PermanentError("nobody approved this message")
    if sha256(entry.raw).hexdigest() != entry.approved_sha256:
        raise PermanentError("the message is not the one that was approved")


def after_failure(failures: int, error: BotError, now: datetime) -> Outcome:
    """What becomes of an entry whose sending raised `error`, after so many failures before. Doubt is never a retry."""
    if isinstance(error, TransientError):
        if failures < len(WAITS):
            return Retry(now + WAITS[failures], str(error))
        return Failed(f"given up after two days: {error}")
    if isinstance(error, PermanentError):
        return Failed(str(error))
    return Uncertain(str(error))


def after_lost_claim(*, was_found_in_sent: bool | None, now: datetime) -> Outcome:
    """What becomes of an entry whose sender died. `was_found_in_sent` is None where nobody could look."""
    if was_found_in_sent:
        return Sent(now, Receipt("found in the Sent folder"))
    happened = "the sender stopped in mid-send, or the desk was restored from a backup"
    if was_found_in_sent is None:
        return Uncertain(f"{happened}, and the Sent folder could not be read")
    return Uncertain(f"{happened}; it is not in the Sent folder, which proves nothing")


# What a person may decide in each state; in the others the desk itself is at work, or done.
DECISIONS = {
    OutboxState.UNCERTAIN: ("sent", "again"),
    OutboxState.FAILED: ("sent", "again"),
    OutboxState.QUEUED: ("cancel",),
    OutboxState.IN_DRAFTS: ("sent", "deleted"),
    OutboxState.DELETED: ("sent", "again"),
}


def decide_entry(entry: OutboxEntry, decision: str, now: datetime) -> EntryOutcome:
    """A person's word: `sent` (it arrived), `again` (once more), `cancel` (it must not leave), `deleted` (there)."""
    allowed = DECISIONS.get(entry.state, ())
    if not allowed:
        raise RuleViolationError(f"outbox entry {entry.entry_id} is {entry.state}; there is nothing to decide")
    if decision not in allowed:
        raise RuleViolationError(f"outbox entry {entry.entry_id} is {entry.state}; decide {' or '.join(allowed)}")
    if decision == "sent":
        return Sent(now, Receipt("a person says that it was sent"))
    if decision == "again":
        return Retry(now, "a person says to send it again")
    if decision == "deleted":
        return Deleted("a person says that it was deleted in Drafts")
    return Failed("cancelled before it was sent")
