"""The desk's dated copy of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, or_, select

from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known, account_of, known_facts, number_key
from bot.ledger.money import Money
from bot.ledger.order import Order
from bot.mail.address import Address
from bot.store import ledger_tables as t
from bot.store.statement import ListStatement, Statement


def _invoice_from_row(row: Row[Any]) -> Invoice:
    return Invoice(
        row.number,
        row.customer_number,
        row.issued_on,
        row.due_on,
        Money.from_cents(row.amount_cents, row.currency),
        Money.from_cents(row.balance_cents, row.currency),
        row.status,
        row.po_number,
        Money.from_cents(row.tax_cents, row.currency) if row.tax_cents is not None else None,
        row.ship_to_state,
    )


def _order_from_row(row: Row[Any]) -> Order:
    total = Money.from_cents(row.total_cents, row.currency)
    return Order(row.number, row.customer_number, row.ordered_on, total, row.po_number, row.po_status)


_CUSTOMER = Statement(select(t.customer).where(t.customer.c.number == bindparam("number")))
_CONTACTS = Statement(
    select(t.contact.c.kind, t.contact.c.value).where(t.contact.c.customer_number == bindparam("number"))
)
_CUSTOMERS_OF = Statement(
    select(t.contact.c.kind, t.contact.c.customer_number).where(
        or_(
            (t.contact.c.value == bindparam("email")) & (t.contact.c.kind == "email"),
            (t.contact.c.value == bindparam("domain")) & (t.contact.c.kind == "domain"),
        )
    )
)
_INVOICES = ListStatement(
    lambda keys: select(t.invoice).where(or_(t.invoice.c.key.in_(keys), t.invoice.c.po_key.in_(keys)))
)
_ORDERS = ListStatement(
    lambda keys: select(t.sales_order).where(or_(t.sales_order.c.key.in_(keys), t.sales_order.c.po_key.in_(keys)))
)
_DOMAINS = select(t.contact.c.value).where(t.contact.c.kind == "domain").distinct()
_CERTIFICATES = Statement(select(t.certificate).where(t.certificate.c.customer_number == bindparam("number")))


class SqlLedger:
    """See `repositories.Ledger`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def customer(self, number: str) -> Customer | None:
        row = _CUSTOMER.first(self._connection, {"number": number})
        if row is None:
            return None
        contacts = _CONTACTS.rows(self._connection, {"number": number})
        domains = tuple(value for kind, value in contacts if kind == "domain")
        emails = tuple(value for kind, value in contacts if kind == "email")
        return Customer(row.number, row.name, row.terms, row.state, row.language, row.account_manager, domains, emails)

    def customer_of_sender(self, sender: Address) -> Customer | None:
        rows = _CUSTOMERS_OF.rows(self._connection, {"email": sender.key, "domain": sender.domain})
        for wanted in ("email", "domain"):
            number = account_of(number for kind, number in rows if kind == wanted)
            if number is not None:
                return self.customer(number)
        return None

    def lookup(self, customer: Customer | None, numbers: Sequence[str], states: Sequence[str]) -> Known:
        invoices, orders = self._rows(numbers)
        certificates: list[Certificate] = []
        if customer is not None and states:
            certificates = [
                Certificate(row.number, row.customer_number, row.state, row.kind, row.expires_on)
                for row in _CERTIFICATES.rows(self._connection, {"number": customer.number})
                if row.state in states
            ]
        return known_facts(customer, numbers, invoices, orders, certificates)

    def owners(self, numbers: Sequence[str]) -> set[str]:
        invoices, orders = self._rows(numbers)
        return {row.customer_number for row in invoices} | {row.customer_number for row in orders}

    def domains(self) -> frozenset[str]:
        return frozenset(self._connection.scalars(_DOMAINS))

    def save_customers(self, rows: Sequence[Customer], now: datetime) -> None:
        numbers = [row.number for row in rows]
        for part in _parts(numbers):
            self._connection.execute(delete(t.contact).where(t.contact.c.customer_number.in_(part)))
        values = [
            {
                "number": row.number,
                "name": row.name,
                "terms": row.terms,
                "state": row.state,
                "language": row.language,
                "account_manager": row.account_manager,
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
        for part in _parts(numbers):
            self._connection.execute(delete(table).where(table.c.number.in_(part)))
        if values:
            self._connection.execute(insert(table), list(values))

    def _upsert_customers(self, values: Sequence[Mapping[str, object]]) -> None:
        known: set[object] = set()
        for part in _parts([str(row["number"]) for row in values]):
            known.update(self._connection.scalars(select(t.customer.c.number).where(t.customer.c.number.in_(part))))
        new = [row for row in values if row["number"] not in known]
        if new:
            self._connection.execute(insert(t.customer), list(new))
        for row in values:
            if row["number"] in known:
                self._connection.execute(t.customer.update().where(t.customer.c.number == row["number"]).values(**row))

    def _rows(self, numbers: Sequence[str]) -> tuple[list[Invoice], list[Order]]:
        keys = sorted({number_key(number) for number in numbers} - {""})
        if not keys:
            return [], []
        invoices = _INVOICES.rows(self._connection, keys)
        orders = _ORDERS.rows(self._connection, keys)
        return [_invoice_from_row(row) for row in invoices], [_order_from_row(row) for row in orders]


def _parts(values: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
