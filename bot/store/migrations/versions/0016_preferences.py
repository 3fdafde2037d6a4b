"""How each person wants to see the page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_preference_user_name")),
        sa.PrimaryKeyConstraint("user_name", name=op.f("pk_preference")),
    )


def downgrade() -> None:
    op.drop_table("preference")
