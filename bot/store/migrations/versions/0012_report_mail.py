"""Reports on their way to managers by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_mail",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("mailing", sa.String(length=100), nullable=False),
        sa.Column("as_of", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("message_id_header", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", bot.store.columns.Json, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("claimed_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("sent_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_mail")),
        sa.UniqueConstraint("mailing", "as_of", name=op.f("uq_report_mail_mailing_as_of")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_mail_state_next_attempt_at", "report_mail", ["state", "next_attempt_at"])


def downgrade() -> None:
    op.drop_table("report_mail")
