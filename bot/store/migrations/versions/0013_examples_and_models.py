"""What the desk learns from, and which model sorts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import BigId, Json, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "example",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("message_id", BigId, nullable=False),
        sa.Column("thread_id", BigId, nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=True),
        sa.Column("mail", Json, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("facts", Json, nullable=True),
        sa.Column("currency", sa.String(length=10), nullable=False),
        sa.Column("said", Json, nullable=False),
        sa.Column("corrected_by", sa.String(length=100), nullable=False),
        sa.Column("corrected_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_example_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example")),
        sa.UniqueConstraint("message_id", name=op.f("uq_example_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_example_corrected_at", "example", ["corrected_at"])
    op.create_table(
        "model_choice",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.Column("chosen_by", sa.String(length=100), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_choice")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "model_comparison",
        sa.Column("id", BigId, sa.Identity(), nullable=False),
        sa.Column("champion", sa.String(length=100), nullable=False),
        sa.Column("challenger", sa.String(length=100), nullable=False),
        sa.Column("compared_at", UtcDateTime(), nullable=False),
        sa.Column("compared_by", sa.String(length=100), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("is_better", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_comparison")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_model_comparison_champion", "model_comparison", ["champion"])


def downgrade() -> None:
    op.drop_table("model_comparison")
    op.drop_table("model_choice")
    op.drop_table("example")
