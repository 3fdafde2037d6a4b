"""The tables of the people who use the desk, of their log-ins, and of the programs that act for them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Identity, Index, String, Table, Text, text

from bot.store.columns import BigId, Json, UtcDateTime
from bot.store.tables import metadata

user = Table(
    "user_account",
    metadata,
    Column("name", String(100), primary_key=True),
    # "" where the person has none yet: it matches nothing.
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # The names of the person's queues; null: every queue.
    Column("queues", Json, nullable=True),
    # Base32. It must be read to check a code, so it is as open as the store is.
    Column("code_secret", String(64), nullable=False, server_default=""),
    # The newest step of which a code was taken: no code counts twice.
    Column("code_step", BigInteger, nullable=False, server_default="0"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("user_name", String(100), ForeignKey("user_account.name"), primary_key=True),
    Column("code_sha256", String(64), primary_key=True),
)

# A link with which a person sets their own password, once.
password_link = Table(
    "password_link",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_name", String(100), ForeignKey("user_account.name"), nullable=False, unique=True),
    Column("expires_at", UtcDateTime, nullable=False),
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
    # What is still to come before it opens anything: code, enrolment; "" where the log-in is whole.
    Column("waits_for", String(20), nullable=False, server_default=""),
    # The secret that is offered while the person sets up the second factor.
    Column("offered_secret", String(64), nullable=False, server_default=""),
    # So that a person can tell their own log-ins apart.
    Column("address", String(64), nullable=False, server_default=""),
    Column("browser", String(200), nullable=False, server_default=""),
    Index("ix_session_user_name", "user_name"),
)

# How the person wants to see the page. Apart from the account, which decides what they may do.
preference = Table(
    "preference",
    metadata,
    Column("user_name", String(100), ForeignKey("user_account.name"), primary_key=True),
    Column("theme", String(10), nullable=False),
    Column("time_zone", String(60), nullable=False),
)

# Who a person is at the single sign-on provider: by what the provider never gives anybody else, not by an address.
identity = Table(
    "openid_identity",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_name", String(100), ForeignKey("user_account.name"), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Index("ix_openid_identity_user_name", "user_name"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("user_name", String(100), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", BigId, Identity(), primary_key=True),
    Column("user_name", String(100), ForeignKey("user_account.name"), nullable=False),
    Column("label", String(100), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=True),
    Column("revoked_at", UtcDateTime, nullable=True),
    Index(
        "ix_api_token_user_name",
        "user_name",
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
