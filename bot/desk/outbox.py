"""Approved messages on their way out. At most once: what may have been sent is never sent again by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.errors import BotError, PermanentError, RuleViolationError, TransientError
from bot.mail.envelope import Envelope, Receipt

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
}


def decide_entry(entry: OutboxEntry, decision: str, now: datetime) -> Outcome:
    """A person's word: `sent` (it arrived), `again` (send it once more) or `cancel` (it must not leave)."""
    allowed = DECISIONS.get(entry.state, ())
    if not allowed:
        raise RuleViolationError(f"outbox entry {entry.entry_id} is {entry.state}; there is nothing to decide")
    if decision not in allowed:
        raise RuleViolationError(f"outbox entry {entry.entry_id} is {entry.state}; decide {' or '.join(allowed)}")
    if decision == "sent":
        return Sent(now, Receipt("a person says that it was sent"))
    if decision == "again":
        return Retry(now, "a person says to send it again")
    return Failed("cancelled before it was sent")
