"""Who looks at which work item. A row is renewed as long as the page is open, and old ones mean nothing."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from bot.store.columns import BigId, UtcDateTime
from bot.store.tables import metadata

presence = Table(
    "presence",
    metadata,
    Column("work_item_id", BigId, ForeignKey("work_item.id"), primary_key=True),
    Column("user_name", String(100), primary_key=True),
    Column("is_writing", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
