"""What is kept of the logins by which the desk opens mailboxes."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from bot.store.columns import UtcDateTime
from bot.store.tables import metadata

token_cache = Table(
    "token_cache",
    metadata,
    # The name in bot.toml.
    Column("login", String(100), primary_key=True),
    # Encrypted under a key that the store never sees.
    Column("sealed", LargeBinary, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)
