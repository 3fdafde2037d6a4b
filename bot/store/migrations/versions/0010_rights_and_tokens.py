"""Queues of people, second factors, links to set a password, what tells log-ins apart, and tokens of programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.add_column("user_account", sa.Column("queues", bot.store.columns.Json, nullable=True))
    op.add_column("user_account", sa.Column("code_secret", sa.String(length=64), server_default="", nullable=False))
    op.add_column("user_account", sa.Column("code_step", sa.BigInteger(), server_default="0", nullable=False))
    for name, length in (("waits_for", 20), ("offered_secret", 64), ("address", 64), ("browser", 200)):
        op.add_column("session", sa.Column(name, sa.String(length=length), server_default="", nullable=False))
    op.create_table(
        "recovery_code",
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_recovery_code_user_name")),
        sa.PrimaryKeyConstraint("user_name", "code_sha256", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "password_link",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("expires_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_password_link_user_name")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_password_link")),
        sa.UniqueConstraint("user_name", name=op.f("uq_password_link_user_name")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", bot.store.columns.Json, nullable=False),
        sa.Column("created_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("used_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_api_token_user_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_api_token_user_name", "api_token", ["user_name"], sqlite_where=_LIVE, postgresql_where=_LIVE
    )


def downgrade() -> None:
    for table in ("api_token", "password_link", "recovery_code"):
        op.drop_table(table)
    with op.batch_alter_table("session") as batch_op:
        for name in ("browser", "address", "offered_secret", "waits_for"):
            batch_op.drop_column(name)
    with op.batch_alter_table("user_account") as batch_op:
        for name in ("code_step", "code_secret", "queues"):
            batch_op.drop_column(name)
