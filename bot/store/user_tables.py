"""The tables of the people who use the desk and of their log-ins."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from bot.store.columns import UtcDateTime
from bot.store.tables import metadata

user = Table(
    "user_account",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

session = Table(
    "session",
    metadata,
    # Only the hash is stored: whoever reads the table cannot log in with it.
    Column("token_sha256", String(64), primary_key=True),
    Column("user_name", String(100), ForeignKey("user_account.name"), nullable=False),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_session_user_name", "user_name"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("user_name", String(100), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
)
