"""Approved replies that people send themselves from the Drafts folder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("way", sa.String(length=10), server_default="send", nullable=False))
    op.add_column("outbox", sa.Column("in_drafts_at", bot.store.columns.UtcDateTime(), nullable=True))
    op.add_column("outbox", sa.Column("missing_since", bot.store.columns.UtcDateTime(), nullable=True))
    op.add_column("outbox", sa.Column("is_changed", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        for name in ("is_changed", "missing_since", "in_drafts_at", "way"):
            batch_op.drop_column(name)
