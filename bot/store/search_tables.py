"""What the search finds. The words themselves lie in `search_words`, which each database keeps in its own way."""

from __future__ import annotations

from sqlalchemy import Column, Identity, Index, Integer, String, Table

from bot.store.columns import BigId, UtcDateTime
from bot.store.tables import metadata

# Ids grow with time, so that the newest is found first by reading an index from its end.
search_entry = Table(
    "search_entry",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    # message, note, draft
    Column("kind", String(10), nullable=False),
    Column("subject_id", BigId, nullable=False),
    # Of a draft: each version is found for itself, and shown as long as it is the newest.
    Column("version", Integer, nullable=False, server_default="1"),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_search_entry_subject", "kind", "subject_id", "version", unique=True),
    sqlite_autoincrement=True,
)

# Made by the migration, and unknown to the metadata: a full-text table on SQLite, one with a tsvector on PostgreSQL.
WORDS = "search_words"
