"""What the watchdog knows: balances, canaries, and what staff were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "balance_check",
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("checked_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("on_server", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_balance_check")),
    )
    op.create_table(
        "canary",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("message_id_header", sa.Text(), nullable=False),
        sa.Column("sent_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("arrived_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("was_altered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary")),
    )
    op.create_index("ix_canary_mailbox_id", "canary", ["mailbox", "id"])
    op.create_table(
        "alarm_told",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("told_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("is_mended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "about", name=op.f("pk_alarm_told")),
    )


def downgrade() -> None:
    op.drop_table("alarm_told")
    op.drop_table("canary")
    op.drop_table("balance_check")
