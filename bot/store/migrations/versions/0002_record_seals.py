"""Seals over the record. What is in it already is sealed by the first run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_seal",
        sa.Column("place", bot.store.columns.BigId, autoincrement=False, nullable=False),
        sa.Column("record_id", bot.store.columns.BigId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_record_seal")),
        sa.UniqueConstraint("record_id", name=op.f("uq_record_seal_record_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER record_seal_no_{change.lower()} BEFORE {change} ON record_seal "
                "BEGIN SELECT RAISE(ABORT, 'the record is only ever appended to'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER record_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record_seal "
            "EXECUTE FUNCTION record_is_append_only()"
        )


def downgrade() -> None:
    op.drop_table("record_seal")
