"""Files of ours that go out with drafts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from bot.store.columns import UtcDateTime
from bot.store.tables import metadata

draft_file = Table(
    "draft_file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=True),
    Column("stored_at", UtcDateTime, nullable=False),
)
