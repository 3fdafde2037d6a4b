"""Files of ours that go out with a draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_draft_file")),
    )
    op.add_column("draft_version", sa.Column("files", bot.store.columns.Json, server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("draft_version") as batch_op:
        batch_op.drop_column("files")
    op.drop_table("draft_file")
