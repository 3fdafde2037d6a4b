"""Trust, tasks and returned mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("raw_message", sa.Column("whole_size", sa.BigInteger(), nullable=True))
    op.add_column(
        "raw_message", sa.Column("is_released", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("delivery", sa.Column("is_settled", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.create_index(
        "ix_delivery_unsettled",
        "delivery",
        ["mailbox"],
        unique=False,
        sqlite_where=sa.text("NOT is_settled"),
        postgresql_where=sa.text("NOT is_settled"),
    )
    op.add_column("message", sa.Column("hints", bot.store.columns.Json, server_default="[]", nullable=False))
    op.drop_index("ix_message_sender_key", table_name="message")
    op.create_index("ix_message_sender_key_received_at", "message", ["sender_key", "received_at"], unique=False)
    op.add_column("draft", sa.Column("basis", bot.store.columns.Json, nullable=True))
    op.add_column("outbox", sa.Column("returned", bot.store.columns.Json, server_default="[]", nullable=False))
    op.create_index("ix_outbox_message_id_header", "outbox", ["message_id_header"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("thread_id", bot.store.columns.BigId, nullable=True),
        sa.Column("opened_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("done_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_task_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_task_open",
        "task",
        ["key"],
        unique=True,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_task_thread_id", "task", ["thread_id"], unique=False)
    op.create_table(
        "suspect_address",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suspect_address")),
    )
    op.create_table(
        "thread_number",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("thread_id", bot.store.columns.BigId, nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_number_thread_id")),
        sa.PrimaryKeyConstraint("key", "thread_id", name=op.f("pk_thread_number")),
    )
