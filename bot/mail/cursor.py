"""Where the last poll of a mailbox ended, and what a poll brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# An opaque resume point: each protocol reads only its own keys (IMAP: uidvalidity, uid, modseq, first_uid).
Cursor = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Start:
    """The set point of a mailbox: mail that arrived before `since` is history. None means that nothing is."""

    since: datetime | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server handed it out.

    `pointer` names it for good on that server (IMAP: "uidvalidity:uid"). `raw` is None where the body was not fetched;
    then `problem` says why: oversize, unreadable or vanished, and `head` may hold the headers.
    """

    pointer: str
    received_at: datetime
    size: int
    raw: bytes | None = field(repr=False)
    problem: str = ""
    head: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought, and the cursor that may be stored with it, never before."""

    fetched: tuple[Fetched, ...]
    cursor: Cursor
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """A batch ends at whichever comes first; a message above `message_bytes` is not fetched at all."""

    count: int = 100
    total_bytes: int = 8_000_000
    message_bytes: int = 50_000_000
