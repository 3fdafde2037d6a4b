"""A name for the installation. One from before keeps an empty name, and with it the secret that it signed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("name", sa.String(length=32), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("installation", "name")
