"""The tables that watch over the others: seals over the record, balances, canaries, and what staff were told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Identity, Index, Integer, String, Table, Text, text

from bot.store.columns import BigId, UtcDateTime
from bot.store.tables import metadata

# Beside the record and not in it, so that sealing changes no entry. A row may outlive an entry that somebody removed:
# that is how the check names it, so there is no foreign key.
record_seal = Table(
    "record_seal",
    metadata,
    Column("place", BigId, primary_key=True, autoincrement=False),
    Column("record_id", BigId, nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
)

# The last comparison of each mailbox with the server's list.
balance_check = Table(
    "balance_check",
    metadata,
    Column("mailbox", String(100), primary_key=True),
    Column("checked_at", UtcDateTime, nullable=False),
    Column("on_server", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
)

canary = Table(
    "canary",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("mailbox", String(100), nullable=False),
    Column("message_id_header", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=True),
    Column("was_altered", Boolean, nullable=False, server_default=text("false")),
    Index("ix_canary_mailbox_id", "mailbox", "id"),
)

# What staff were told of, so that a restart tells them nothing twice.
alarm_told = Table(
    "alarm_told",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("about", String(100), primary_key=True),
    Column("told_at", UtcDateTime, nullable=False),
    Column("is_mended", Boolean, nullable=False, server_default=text("false")),
)
