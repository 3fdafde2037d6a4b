"""How invoices reach a customer, and the addresses from which they came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("delivery", sa.String(length=10), nullable=False, server_default=""))
    op.create_table(
        "returned_invoice",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_returned_invoice")),
    )
    op.create_index("ix_returned_invoice_last_at", "returned_invoice", ["last_at"])


def downgrade() -> None:
    op.drop_index("ix_returned_invoice_last_at", table_name="returned_invoice")
    op.drop_table("returned_invoice")
    op.drop_column("customer", "delivery")
