"""The tables of the ledger's copy."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from bot.store.columns import UtcDateTime
from bot.store.tables import metadata

customer = Table(
    "customer",
    metadata,
    Column("number", String(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("terms", Text, nullable=False, server_default=""),
    Column("state", String(10), nullable=False, server_default=""),
    Column("language", String(10), nullable=False, server_default="en"),
    Column("account_manager", Text, nullable=False, server_default=""),
    # How invoices reach them: paper, email, portal; "" where nobody said.
    Column("delivery", String(10), nullable=False, server_default=""),
    Column("imported_at", UtcDateTime, nullable=False),
)

# How a sender is known: an address, or a whole domain that belongs to one account.
contact = Table(
    "contact",
    metadata,
    Column("customer_number", String(100), ForeignKey("customer.number"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("value", String(320), primary_key=True),
    Index("ix_contact_value", "value"),
)

invoice = Table(
    "invoice",
    metadata,
    Column("number", String(100), primary_key=True),
    # The number as number_key() has it, for look-ups by what people write.
    Column("key", String(100), nullable=False),
    Column("customer_number", String(100), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("balance_cents", BigInteger, nullable=False),
    Column("tax_cents", BigInteger, nullable=True),
    Column("status", String(20), nullable=False),
    Column("po_number", String(100), nullable=False, server_default=""),
    Column("po_key", String(100), nullable=False, server_default=""),
    Column("ship_to_state", String(10), nullable=False, server_default=""),
    Column("imported_at", UtcDateTime, nullable=False),
    Index("ix_invoice_key", "key"),
    Index("ix_invoice_po_key", "po_key"),
    Index("ix_invoice_customer_number", "customer_number"),
)

sales_order = Table(
    "sales_order",
    metadata,
    Column("number", String(100), primary_key=True),
    Column("key", String(100), nullable=False),
    Column("customer_number", String(100), nullable=False),
    Column("ordered_on", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total_cents", BigInteger, nullable=False),
    Column("po_number", String(100), nullable=False, server_default=""),
    Column("po_key", String(100), nullable=False, server_default=""),
    Column("po_status", String(20), nullable=False, server_default="none"),
    Column("imported_at", UtcDateTime, nullable=False),
    Index("ix_sales_order_key", "key"),
    Index("ix_sales_order_po_key", "po_key"),
    Index("ix_sales_order_customer_number", "customer_number"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("customer_number", String(100), primary_key=True),
    Column("state", String(10), primary_key=True),
    Column("number", String(100), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("expires_on", Date, nullable=True),
    Column("imported_at", UtcDateTime, nullable=False),
)

# Addresses of customers from which an invoice came back that the ERP had sent; the desk sees the bounce alone.
returned_invoice = Table(
    "returned_invoice",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("customer_number", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index("ix_returned_invoice_last_at", "last_at"),
)
