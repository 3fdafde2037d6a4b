"""The tables of what the desk learns from, and of the models that sorted for it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Identity, Index, Integer, String, Table, Text

from bot.store.columns import BigId, Json, UtcDateTime
from bot.store.tables import metadata

# One for each message that a person sorted or read otherwise than the desk; kept only with consent.
example = Table(
    "example",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("message_id", BigId, ForeignKey("message.id"), nullable=False, unique=True),
    Column("thread_id", BigId, nullable=False),
    Column("customer_number", String(100), nullable=True),
    # The text of the message, covered as the policy said when it was kept.
    Column("mail", Json, nullable=False),
    Column("categories", Json, nullable=False),
    Column("reason", String(40), nullable=True),
    # What the person read there; NULL where they corrected the sorting alone.
    Column("facts", Json, nullable=True),
    Column("currency", String(10), nullable=False),
    # What the desk had said, and by which model.
    Column("said", Json, nullable=False),
    Column("corrected_by", String(100), nullable=False),
    Column("corrected_at", UtcDateTime, nullable=False),
    Index("ix_example_corrected_at", "corrected_at"),
    sqlite_autoincrement=True,
)

# Which model was chosen when; the newest row is in use. Nothing is ever changed here.
model_choice = Table(
    "model_choice",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    # A folder below that of the models; "" is the model of the configuration, or the shipped one.
    Column("name", String(100), nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("chosen_by", String(100), nullable=False),
    # promoted, rolled_back
    Column("how", String(20), nullable=False),
    Column("why", Text, nullable=False),
    sqlite_autoincrement=True,
)

# Each comparison of a challenger with the champion of its day: the more of them, the likelier one wins by luck.
model_comparison = Table(
    "model_comparison",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("champion", String(100), nullable=False),
    Column("challenger", String(100), nullable=False),
    Column("compared_at", UtcDateTime, nullable=False),
    Column("compared_by", String(100), nullable=False),
    Column("messages", Integer, nullable=False),
    Column("is_better", Boolean, nullable=False),
    Column("said", Text, nullable=False),
    Index("ix_model_comparison_champion", "champion"),
    sqlite_autoincrement=True,
)
