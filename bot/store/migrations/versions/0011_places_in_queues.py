"""Where an item stands in its queue, and what is at stake in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_UNDONE = sa.text("(state IN ('open', 'waiting')) = true")
_FAR_AWAY = "9999-12-31T00:00:00.000000+00:00"
_ORDERS = {
    "by_due": ["rank", "sort_at", "id"],
    "queue_by_due": ["queue", "rank", "sort_at", "id"],
    "assignee_by_due": ["assignee", "rank", "sort_at", "id"],
    "by_amount": ["amount_cents", "id"],
    "by_age": ["id"],
}


def upgrade() -> None:
    op.add_column("work_item", sa.Column("rank", sa.Integer(), server_default="1", nullable=False))
    moment = bot.store.columns.UtcDateTime()
    op.add_column("work_item", sa.Column("sort_at", moment, server_default=_FAR_AWAY, nullable=False))
    op.add_column("work_item", sa.Column("amount_cents", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("work_item", sa.Column("amount_currency", sa.String(length=3), server_default="", nullable=False))
    for name, columns in _ORDERS.items():
        op.create_index(
            f"ix_work_item_{name}", "work_item", columns, sqlite_where=_UNDONE, postgresql_where=_UNDONE
        )
    op.create_index("ix_work_item_customer_number_id", "work_item", ["customer_number", "id"])
    # The next sweep finds the place of every item that is undone.
    op.execute("UPDATE work_item SET clocked_version = 0 WHERE state IN ('open', 'waiting')")


def downgrade() -> None:
    op.drop_index("ix_work_item_customer_number_id", table_name="work_item")
    for name in _ORDERS:
        op.drop_index(f"ix_work_item_{name}", table_name="work_item")
    for column in ("rank", "sort_at", "amount_cents", "amount_currency"):
        op.drop_column("work_item", column)
