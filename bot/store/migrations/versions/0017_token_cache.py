"""What logins keep between two runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "token_cache",
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_token_cache")),
    )


def downgrade() -> None:
    op.drop_table("token_cache")
