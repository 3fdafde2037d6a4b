"""The desk's dated copy of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, select

from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import AccountNumbers, Known, known_facts, number_key
from bot.ledger.order import Order
from bot.mail.address import Address
from bot.store import ledger_tables as t
from bot.store.ledger_reading import LedgerReading
from bot.store.statement import in_parts


class SqlLedger:
    """See `repositories.Ledger`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read = LedgerReading(connection)

    def foresee(self, senders: Sequence[Address], numbers: Sequence[str]) -> None:
        self._read.read(senders, numbers)

    def customer(self, number: str) -> Customer | None:
        return self._read.customer(number)

    def customer_of_sender(self, sender: Address) -> Customer | None:
        return self._read.customer_of_sender(sender)

    def lookup(self, customer: Customer | None, numbers: Sequence[str], states: Sequence[str]) -> Known:
        invoices, orders = self._read.rows(numbers)
        certificates: list[Certificate] = []
        if customer is not None and states:
            certificates = [row for row in self._read.certificates(customer.number) if row.state in states]
        return known_facts(customer, numbers, invoices, orders, certificates)

    def certificates_of(self, number: str) -> list[Certificate]:
        """All of one account, by state."""
        certificate = t.certificate.c
        query = select(t.certificate).where(certificate.customer_number == number)
        rows = self._connection.execute(query.order_by(certificate.state, certificate.expires_on.desc()).limit(100))
        return [Certificate(row.number, row.customer_number, row.state, row.kind, row.expires_on) for row in rows]

    def numbers_of(self, customer_number: str) -> AccountNumbers:
        return self._read.numbers_of(customer_number)

    def owners(self, numbers: Sequence[str]) -> set[str]:
        invoices, orders = self._read.rows(numbers)
        return {row.customer_number for row in invoices} | {row.customer_number for row in orders}

    def domains(self) -> frozenset[str]:
        return self._read.domains

    def save_customers(self, rows: Sequence[Customer], now: datetime) -> None:
        self._read = LedgerReading(self._connection)
        numbers = [row.number for row in rows]
        for part in in_parts(numbers):
            self._connection.execute(delete(t.contact).where(t.contact.c.customer_number.in_(part)))
        values = [
            {
                "number": row.number,
                "name": row.name,
                "terms": row.terms,
                "state": row.state,
                "language": row.language,
                "account_manager": row.account_manager,
                "delivery": row.delivery,
                "imported_at": now,
            }
            for row in rows
        ]
        self._replace(t.customer, values)
        contacts = {
            (row.number, kind, value.strip().lower())
            for row in rows
            for kind, held in (("domain", row.domains), ("email", row.emails))
            for value in held
            if value.strip()
        }
        if contacts:
            named = [{"customer_number": n, "kind": kind, "value": value} for n, kind, value in sorted(contacts)]
            self._connection.execute(insert(t.contact), named)

    def save_invoices(self, rows: Sequence[Invoice], now: datetime) -> None:
        self._read = LedgerReading(self._connection)
        values = [
            {
                "number": row.number,
                "key": number_key(row.number),
                "customer_number": row.customer_number,
                "issued_on": row.issued_on,
                "due_on": row.due_on,
                "currency": row.amount.currency,
                "amount_cents": row.amount.cents,
                "balance_cents": row.balance.cents,
                "tax_cents": row.tax.cents if row.tax else None,
                "status": row.status,
                "po_number": row.po_number,
                "po_key": number_key(row.po_number),
                "ship_to_state": row.ship_to_state,
                "imported_at": now,
            }
            for row in rows
        ]
        self._replace(t.invoice, values)

    def save_orders(self, rows: Sequence[Order], now: datetime) -> None:
        self._read = LedgerReading(self._connection)
        values = [
            {
                "number": row.number,
                "key": number_key(row.number),
                "customer_number": row.customer_number,
                "ordered_on": row.ordered_on,
                "currency": row.total.currency,
                "total_cents": row.total.cents,
                "po_number": row.po_number,
                "po_key": number_key(row.po_number),
                "po_status": row.po_status,
                "imported_at": now,
            }
            for row in rows
        ]
        self._replace(t.sales_order, values)

    def save_certificates(self, rows: Sequence[Certificate], now: datetime) -> None:
        self._read = LedgerReading(self._connection)
        for row in rows:
            key = t.certificate.c
            self._connection.execute(
                delete(t.certificate).where(
                    key.customer_number == row.customer_number, key.state == row.state, key.number == row.number
                )
            )
        values = [
            {
                "customer_number": row.customer_number,
                "state": row.state,
                "number": row.number,
                "kind": row.kind,
                "expires_on": row.expires_on,
                "imported_at": now,
            }
            for row in rows
        ]
        if values:
            self._connection.execute(insert(t.certificate), values)

    def _replace(self, table: Table, values: Sequence[Mapping[str, object]]) -> None:
        numbers = [str(row["number"]) for row in values]
        if table is t.customer:
            # Contacts point at the row, so it is written over rather than deleted.
            self._upsert_customers(values)
            return
        for part in in_parts(numbers):
            self._connection.execute(delete(table).where(table.c.number.in_(part)))
        if values:
            self._connection.execute(insert(table), list(values))

    def _upsert_customers(self, values: Sequence[Mapping[str, object]]) -> None:
        known: set[object] = set()
        for part in in_parts([str(row["number"]) for row in values]):
            known.update(self._connection.scalars(select(t.customer.c.number).where(t.customer.c.number.in_(part))))
        new = [row for row in values if row["number"] not in known]
        if new:
            self._connection.execute(insert(t.customer), list(new))
        for row in values:
            if row["number"] in known:
                self._connection.execute(t.customer.update().where(t.customer.c.number == row["number"]).values(**row))
