"""The tables of the ledger's copy and of the people who use the desk."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, String, Table, Text

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

user = Table(
    "user_account",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

session = Table(
    "session",
    metadata,
    # Only the hash is stored: whoever reads the table cannot log in with it.
    Column("token_sha256", String(64), primary_key=True),
    Column("user_name", String(100), ForeignKey("user_account.name"), nullable=False),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_session_user_name", "user_name"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("user_name", String(100), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
)
