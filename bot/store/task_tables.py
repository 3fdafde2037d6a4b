"""The tables of what people have to look at beside work items, and of what mail names."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, String, Table, Text, text

from bot.store.columns import BigId, UtcDateTime
from bot.store.tables import metadata

task = Table(
    "task",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("kind", String(40), nullable=False),
    # One open task for one matter, however often it comes up.
    Column("key", String(400), nullable=False),
    Column("text", Text, nullable=False),
    Column("thread_id", BigId, ForeignKey("thread.id"), nullable=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime, nullable=True),
    Column("done_by", String(100), nullable=True),
    Index(
        "ix_task_open",
        "key",
        unique=True,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    Index("ix_task_thread_id", "thread_id"),
    sqlite_autoincrement=True,
)

# Addresses from which mail came back: nothing is approved or sent to them until a person has looked.
suspect_address = Table(
    "suspect_address",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("outbox_id", BigInteger, nullable=False),
)

# Which threads name which invoice or PO, in the form of number_key().
thread_number = Table(
    "thread_number",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("thread_id", BigId, ForeignKey("thread.id"), primary_key=True),
)
