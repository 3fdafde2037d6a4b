"""Large raw messages of one batch share a file. Those that are there keep theirs, named by their sha256."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("raw_message", sa.Column("blob", sa.String(length=64), nullable=True))
    op.add_column("raw_message", sa.Column("blob_offset", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("raw_message", "blob_offset")
    op.drop_column("raw_message", "blob")
