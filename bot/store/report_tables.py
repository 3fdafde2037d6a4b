"""The table of reports on their way to managers by mail."""

from __future__ import annotations

from sqlalchemy import Column, Identity, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from bot.store.columns import BigId, Json, UtcDateTime
from bot.store.tables import metadata

report_mail = Table(
    "report_mail",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    # The mailing and the moment for which it is: each is written once.
    Column("mailing", String(100), nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("message_id_header", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipients", Json, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    # queued, sending, sent, uncertain, failed
    Column("state", String(20), nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=True),
    Column("sent_at", UtcDateTime, nullable=True),
    Column("error", Text, nullable=False, server_default=""),
    UniqueConstraint("mailing", "as_of"),
    Index("ix_report_mail_state_next_attempt_at", "state", "next_attempt_at"),
    sqlite_autoincrement=True,
)
