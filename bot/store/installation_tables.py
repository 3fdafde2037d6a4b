"""What tells this installation from every other, and from its own copies."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from bot.store.columns import UtcDateTime
from bot.store.tables import metadata

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    # Changes with every restore, so that a copy of the secret in a backup signs nothing that this installation honours.
    Column("name", String(32), nullable=False, server_default=""),
    Column("installed_at", UtcDateTime, nullable=False),
)
