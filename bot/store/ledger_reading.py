"""What one transaction has read of the ledger's copy: each row once, whatever the mail of a batch asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select

from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import AccountNumbers, account_of, number_key
from bot.ledger.money import Money
from bot.ledger.order import Order
from bot.mail.address import Address
from bot.store import ledger_tables as t
from bot.store.statement import ListStatement, Statement, in_parts

_CUSTOMERS = ListStatement(lambda keys: select(t.customer).where(t.customer.c.number.in_(keys)))
_CONTACTS = ListStatement(
    lambda keys: (
        select(t.contact.c.customer_number, t.contact.c.kind, t.contact.c.value)
        .where(t.contact.c.customer_number.in_(keys))
        .order_by(t.contact.c.customer_number, t.contact.c.kind, t.contact.c.value)
    )
)
_KNOWN_AS = ListStatement(
    lambda keys: select(t.contact.c.kind, t.contact.c.value, t.contact.c.customer_number).where(
        t.contact.c.value.in_(keys)
    )
)
_INVOICES = ListStatement(
    lambda keys: select(t.invoice).where(or_(t.invoice.c.key.in_(keys), t.invoice.c.po_key.in_(keys)))
)
_ORDERS = ListStatement(
    lambda keys: select(t.sales_order).where(or_(t.sales_order.c.key.in_(keys), t.sales_order.c.po_key.in_(keys)))
)
_CERTIFICATES = Statement(select(t.certificate).where(t.certificate.c.customer_number == bindparam("number")))
# Of an account with more, the newest count.
MOST_NUMBERS = 20_000
_INVOICE_NUMBERS = Statement(
    select(t.invoice.c.number, t.invoice.c.po_number)
    .where(t.invoice.c.customer_number == bindparam("number"))
    .order_by(t.invoice.c.issued_on.desc(), t.invoice.c.number)
    .limit(MOST_NUMBERS)
)
_ORDER_POS = Statement(
    select(t.sales_order.c.po_number)
    .where(t.sales_order.c.customer_number == bindparam("number"))
    .order_by(t.sales_order.c.ordered_on.desc(), t.sales_order.c.number)
    .limit(MOST_NUMBERS)
)
_DOMAINS = Statement(select(t.contact.c.value).where(t.contact.c.kind == "domain").distinct())


def invoice_from_row(row: Row[Any]) -> Invoice:
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


class LedgerReading:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._accounts: dict[tuple[str, str], set[str]] = {}
        self._customers: dict[str, Customer | None] = {}
        self._numbers: dict[str, AccountNumbers] = {}
        self._certificates: dict[str, tuple[Certificate, ...]] = {}
        # By their own number and by that of their PO, as number_key() has them.
        self._invoices: dict[str, dict[str, Invoice]] = {}
        self._orders: dict[str, dict[str, Order]] = {}

    def read(self, senders: Iterable[Address], numbers: Iterable[str]) -> None:
        """Read what is asked about these, as far as it was not read yet."""
        self._read_accounts([name for sender in senders for name in (("email", sender.key), ("domain", sender.domain))])
        self._read_customers(sorted({number for found in self._accounts.values() for number in found}))
        self._read_rows({number_key(number) for number in numbers} - {""})

    def customer(self, number: str) -> Customer | None:
        self._read_customers([number])
        return self._customers[number]

    def customer_of_sender(self, sender: Address) -> Customer | None:
        names = (("email", sender.key), ("domain", sender.domain))
        self._read_accounts(names)
        for name in names:
            number = account_of(self._accounts[name])
            if number is not None:
                return self.customer(number)
        return None

    def rows(self, numbers: Iterable[str]) -> tuple[list[Invoice], list[Order]]:
        """The invoices and orders that bear one of these numbers or PO numbers, in the order of their own."""
        keys = {number_key(number) for number in numbers} - {""}
        self._read_rows(keys)
        invoices = {number: row for key in keys for number, row in self._invoices[key].items()}
        orders = {number: row for key in keys for number, row in self._orders[key].items()}
        return [invoices[number] for number in sorted(invoices)], [orders[number] for number in sorted(orders)]

    def certificates(self, customer_number: str) -> tuple[Certificate, ...]:
        found = self._certificates.get(customer_number)
        if found is None:
            rows = _CERTIFICATES.rows(self._connection, {"number": customer_number})
            found = self._certificates[customer_number] = tuple(
                Certificate(row.number, row.customer_number, row.state, row.kind, row.expires_on) for row in rows
            )
        return found

    def numbers_of(self, customer_number: str) -> AccountNumbers:
        found = self._numbers.get(customer_number)
        if found is None:
            values = {"number": customer_number}
            invoices = [tuple(row) for row in _INVOICE_NUMBERS.rows(self._connection, values)]
            orders = [row[0] for row in _ORDER_POS.rows(self._connection, values)]
            pos = dict.fromkeys(po for po in (*(po for _, po in invoices), *orders) if po)
            found = self._numbers[customer_number] = AccountNumbers(tuple(one for one, _ in invoices), tuple(pos))
        return found

    @cached_property
    def domains(self) -> frozenset[str]:
        return frozenset(_DOMAINS.scalars(self._connection, {}))

    def _read_accounts(self, names: Sequence[tuple[str, str]]) -> None:
        new = [name for name in names if name not in self._accounts]
        if not new:
            return
        self._accounts.update((name, set()) for name in new)
        wanted = set(new)
        for part in in_parts(sorted({value for _, value in new})):
            for kind, value, number in _KNOWN_AS.rows(self._connection, part):
                if (kind, value) in wanted:
                    self._accounts[kind, value].add(number)

    def _read_customers(self, numbers: Sequence[str]) -> None:
        new = [number for number in numbers if number not in self._customers]
        self._customers.update((number, None) for number in new)
        for part in in_parts(new):
            contacts: dict[tuple[str, str], list[str]] = defaultdict(list)
            for number, kind, value in _CONTACTS.rows(self._connection, part):
                contacts[number, kind].append(value)
            for row in _CUSTOMERS.rows(self._connection, part):
                domains, emails = (tuple(contacts.get((row.number, kind), ())) for kind in ("domain", "email"))
                self._customers[row.number] = Customer(
                    number=row.number,
                    name=row.name,
                    terms=row.terms,
                    state=row.state,
                    language=row.language,
                    account_manager=row.account_manager,
                    domains=domains,
                    emails=emails,
                    delivery=row.delivery,
                )

    def _read_rows(self, keys: set[str]) -> None:
        new = keys - self._invoices.keys()
        for part in in_parts(sorted(new)):
            self._invoices.update((key, {}) for key in part)
            self._orders.update((key, {}) for key in part)
            for row in _INVOICES.rows(self._connection, part):
                invoice = invoice_from_row(row)
                for key in {row.key, row.po_key} & new:
                    self._invoices[key][invoice.number] = invoice
            for row in _ORDERS.rows(self._connection, part):
                order = _order_from_row(row)
                for key in {row.key, row.po_key} & new:
                    self._orders[key][order.number] = order
