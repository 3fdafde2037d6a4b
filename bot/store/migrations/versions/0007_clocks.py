"""Clocks, notices, and the agreed day of a work item. The first sweep starts the clocks of what is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UNCLOCKED = sa.text("clocked_version <> version")
_AGREED = sa.text("waiting_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("work_item", sa.Column("waiting_until", sa.Date(), nullable=True))
    op.add_column("work_item", sa.Column("clocked_version", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_work_item_unclocked", "work_item", ["id"], sqlite_where=_UNCLOCKED, postgresql_where=_UNCLOCKED
    )
    op.create_index(
        "ix_work_item_waiting_until", "work_item", ["waiting_until"], sqlite_where=_AGREED, postgresql_where=_AGREED
    )
    op.create_table(
        "clock",
        sa.Column("work_item_id", bot.store.columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("started_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("stopped_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reached", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_clock_work_item_id")),
        sa.PrimaryKeyConstraint("work_item_id", "kind", name=op.f("pk_clock")),
    )
    waits = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_clock_next_at", "clock", ["next_at", "work_item_id"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_table(
        "notice",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("written_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_person_written_at", "notice", ["person", "written_at"])
    op.create_table(
        "notice_line",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("notice_id", bot.store.columns.BigId, nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_line_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_line")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_line_notice_id", "notice_line", ["notice_id"])
    op.create_table(
        "last_run",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("done_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_last_run")),
    )


def downgrade() -> None:
    for table in ("last_run", "notice_line", "notice", "clock"):
        op.drop_table(table)
    op.drop_index("ix_work_item_waiting_until", "work_item")
    op.drop_index("ix_work_item_unclocked", "work_item")
    op.drop_column("work_item", "clocked_version")
    op.drop_column("work_item", "waiting_until")
