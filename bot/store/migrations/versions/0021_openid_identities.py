"""Who people are at the single sign-on provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openid_identity",
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("linked_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_openid_identity_user_name")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_openid_identity")),
    )
    op.create_index("ix_openid_identity_user_name", "openid_identity", ["user_name"])


def downgrade() -> None:
    op.drop_table("openid_identity")
