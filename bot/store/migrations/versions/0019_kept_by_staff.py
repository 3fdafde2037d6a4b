"""Saved filters, canned texts, and why a mailbox could not be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import BigId, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, columns in (
        ("saved_filter", (sa.Column("query", sa.Text(), nullable=False),)),
        (
            "canned_text",
            (
                sa.Column("language", sa.String(length=10), nullable=False),
                sa.Column("body", sa.Text(), nullable=False),
            ),
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", BigId, sa.Identity(), nullable=False),
            sa.Column("name", sa.String(length=60), nullable=False),
            *columns,
            sa.Column("owner", sa.String(length=100), nullable=False),
            sa.Column("is_shared", sa.Boolean(), nullable=False),
            sa.Column("removed_at", UtcDateTime, nullable=True),
            sa.ForeignKeyConstraint(["owner"], ["user_account.name"], name=op.f(f"fk_{table}_owner")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sqlite_autoincrement=True,
        )
        op.create_index(f"ix_{table}_owner", table, ["owner"])
    op.add_column("mailbox", sa.Column("trouble", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("mailbox", "trouble")
    for table in ("canned_text", "saved_filter"):
        op.drop_index(f"ix_{table}_owner", table)
        op.drop_table(table)
