"""A report on its way to managers: at most once, like everything else that leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.outbox import OutboxState
from bot.mail.envelope import Envelope


@dataclass(frozen=True, slots=True)
class ReportMail:
    """One mailing for one moment. Nobody approves it, so `envelope` may name addresses of the company alone."""

    mail_id: int
    mailing: str
    as_of: datetime
    message_id_header: str
    envelope: Envelope
    state: OutboxState
    next_attempt_at: datetime
    failures: int = 0
    raw: bytes = field(repr=False, default=b"")
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""
