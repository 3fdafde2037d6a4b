"""Reminders that were written, and holds on invoices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("draft_id", bot.store.columns.BigId, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_reminder_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("customer_number", "rule", "key", name=op.f("uq_reminder_customer_number_rule_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invoice_hold",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("invoice_number", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("set_by", sa.String(length=100), nullable=False),
        sa.Column("set_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_hold")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invoice_hold_invoice_number", "invoice_hold", ["invoice_number"])


def downgrade() -> None:
    op.drop_table("invoice_hold")
    op.drop_table("reminder")
