"""One delivery of sample mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """The bytes as they lie in a mailbox, and what tests know about them.

    All below `sent_at` is for tests alone: what a careful reader would answer, as category/reason, and whose account
    it is. `meant` is "" for mail that is too broken to mean anything.
    """

    mailbox: str
    name: str
    raw: bytes = field(repr=False)
    sent_at: datetime
    meant: str = ""
    also: tuple[str, ...] = ()
    customer_number: str = ""
    stranger_number: str = ""
