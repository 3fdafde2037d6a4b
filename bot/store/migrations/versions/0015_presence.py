"""Who looks at which work item, and who writes there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("work_item_id", bot.store.columns.BigId, nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("is_writing", sa.Boolean(), nullable=False),
        sa.Column("seen_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_presence_work_item_id")),
        sa.PrimaryKeyConstraint("work_item_id", "user_name", name=op.f("pk_presence")),
    )


def downgrade() -> None:
    op.drop_table("presence")
