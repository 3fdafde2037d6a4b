"""The tables of what staff keep in the page for themselves or for everybody."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Identity, Index, String, Table, Text

from bot.store.columns import BigId, UtcDateTime
from bot.store.tables import metadata

# What is taken away stays as a row, so that an undo brings it back and the record has something to point at.
saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),
    Column("owner", String(100), ForeignKey("user_account.name"), nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("removed_at", UtcDateTime, nullable=True),
    Index("ix_saved_filter_owner", "owner"),
    sqlite_autoincrement=True,
)

canned_text = Table(
    "canned_text",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("language", String(10), nullable=False),
    Column("body", Text, nullable=False),
    Column("owner", String(100), ForeignKey("user_account.name"), nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("removed_at", UtcDateTime, nullable=True),
    Index("ix_canned_text_owner", "owner"),
    sqlite_autoincrement=True,
)
