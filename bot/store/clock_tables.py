"""The tables of clocks, notices and reminders, and of what was done last."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import BigId, UtcDateTime
from bot.store.tables import metadata

clock = Table(
    "clock",
    metadata,
    Column("work_item_id", BigId, ForeignKey("work_item.id"), primary_key=True),
    # first_response, resolution, next_update
    Column("kind", String(20), primary_key=True),
    Column("rule", String(100), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=True),
    Column("stopped_at", UtcDateTime, nullable=True),
    # running, paused, met, missed
    Column("state", String(10), nullable=False),
    # How many steps of the ladder were climbed, and when the next one is due.
    Column("reached", Integer, nullable=False, server_default="0"),
    Column("next_at", UtcDateTime, nullable=True),
    # The sweep reads this index alone to find what is due.
    Index(
        "ix_clock_next_at",
        "next_at",
        "work_item_id",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
)

notice = Table(
    "notice",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    # "" is for everybody.
    Column("person", String(100), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=True),
    Index("ix_notice_person_written_at", "person", "written_at"),
    sqlite_autoincrement=True,
)

notice_line = Table(
    "notice_line",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("notice_id", BigId, ForeignKey("notice.id"), nullable=False),
    # What it is about: a work item, or another thing by its name in the record.
    Column("subject", String(120), nullable=False),
    Column("what", String(60), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("due_at", UtcDateTime, nullable=True),
    Index("ix_notice_line_notice_id", "notice_id"),
    sqlite_autoincrement=True,
)

# One row for each thing that is done again and again, with what must be remembered of the last time.
last_run = Table(
    "last_run",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("mark", Text, nullable=False),
    Column("done_at", UtcDateTime, nullable=False),
)

reminder = Table(
    "reminder",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("rule", String(60), nullable=False),
    # What it reminds of; with the rule and the customer it is written once.
    Column("key", String(200), nullable=False),
    Column("customer_number", String(100), nullable=False),
    Column("written_on", Date, nullable=False),
    Column("draft_id", BigId, ForeignKey("draft.id"), nullable=False),
    UniqueConstraint("customer_number", "rule", "key"),
    sqlite_autoincrement=True,
)

invoice_hold = Table(
    "invoice_hold",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("invoice_number", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", String(100), nullable=False),
    Column("until", Date, nullable=True),
    Column("set_by", String(100), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=True),
    Index("ix_invoice_hold_invoice_number", "invoice_number"),
    sqlite_autoincrement=True,
)
