"""From the rows of an export to values of the ledger. A row that cannot be read is refused; the others go in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.errors import NotFoundError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.fields import Fields, RowRefusedError
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import number_key
from bot.ledger.mapping import KindMapping, LedgerMapping, find_columns
from bot.ledger.order import Order
from bot.ledger.payment import Payment
from bot.ledger.states import NAME_OF_STATE
from bot.ledger.table import Cell, Row, Table, cell_text

LedgerRow = Customer | Invoice | Order | Payment | Certificate

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
# Some systems write the last day of the calendar for a certificate that does not expire.
_NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken in. `column` is the header in the file, "" where the whole row is at fault."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one table. `notes` are sentences for the person who imported it."""

    rows: tuple[LedgerRow, ...]
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()


def customer_from(fields: Fields) -> Customer:
    domains = tuple(domain.removeprefix("@") for domain in fields.many("domains"))
    if not all(_DOMAIN.fullmatch(domain) for domain in domains):
        raise fields.refusal("domains", "a domain looks like halvorsen.example")
    emails = fields.many("emails")
    if not all(_EMAIL.fullmatch(email) for email in emails):
        raise fields.refusal("emails", "an address looks like ap@halvorsen.example")
    return Customer(
        number=fields.needed("number"),
        name=fields.needed("name"),
        terms=fields.text("terms"),
        state=fields.state("state"),
        language=fields.word("language", "en"),
        account_manager=fields.text("account_manager"),
        domains=tuple(domain for domain in domains if domain not in fields.mapping.shared_domains),
        emails=emails,
        delivery=fields.word("delivery") if fields.text("delivery") else "",
    )


def invoice_from(fields: Fields) -> Invoice:
    currency = fields.currency()
    return Invoice(
        number=fields.needed("number"),
        customer_number=fields.needed("customer_number"),
        issued_on=fields.day("issued_on"),
        due_on=fields.day("due_on"),
        amount=fields.money("amount", currency),
        balance=fields.money("balance", currency),
        status=fields.word("status"),
        po_number=fields.text("po_number"),
        tax=fields.money("tax", currency) if fields.text("tax") else None,
        ship_to_state=fields.state("ship_to_state"),
    )


def order_from(fields: Fields) -> Order:
    po_number = fields.text("po_number")
    return Order(
        number=fields.needed("number"),
        customer_number=fields.needed("customer_number"),
        ordered_on=fields.day("ordered_on"),
        total=fields.money("total", fields.currency()),
        po_number=po_number,
        po_status=fields.word("po_status", "received" if po_number else "none"),
    )


def payment_from(fields: Fields) -> Payment:
    return Payment(
        number=fields.needed("number"),
        customer_number=fields.needed("customer_number"),
        amount=fields.money("amount", fields.currency()),
        paid_on=fields.day("paid_on"),
        invoice_number=fields.text("invoice_number"),
    )


def certificate_from(fields: Fields) -> Certificate:
    state = fields.state("state")
    if state not in NAME_OF_STATE:
        raise fields.refusal("state", "this is not one state; a certificate for several needs a row for each")
    return Certificate(
        number=fields.needed("number"),
        customer_number=fields.needed("customer_number"),
        state=state,
        kind=fields.text("kind"),
        expires_on=_expiry(fields),
    )


def _expiry(fields: Fields) -> date | None:
    try:
        return fields.day("expires_on")
    except RowRefusedError:
        if fields.text("expires_on") in ("", _NEVER, "12/31/9999"):
            return None
        raise


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of export: the columns it must have, how a row is made, and the fields that make a row unique."""

    make: Callable[[Fields], LedgerRow]
    required: tuple[str, ...]
    unique: tuple[str, ...] = ("number",)


_INVOICE = ("number", "customer_number", "issued_on", "due_on", "amount", "balance", "status", "currency")
_PAYMENT = ("number", "customer_number", "amount", "paid_on", "currency")

KINDS = {
    "customers": Kind(customer_from, ("number", "name")),
    "invoices": Kind(invoice_from, _INVOICE),
    "orders": Kind(order_from, ("number", "customer_number", "ordered_on", "total", "currency")),
    # One check can pay several invoices, and one certificate can be on file for several states.
    "payments": Kind(payment_from, _PAYMENT, unique=("number", "customer_number", "invoice_number")),
    "certificates": Kind(certificate_from, ("number", "customer_number", "state"), unique=("number", "state")),
}


def read_rows(kind: str, table: Table, mapping: LedgerMapping) -> Read:
    """Every row that can be read, and why the others cannot. Raises where a column or the kind is unknown."""
    if kind not in KINDS or kind not in mapping:
        raise NotFoundError(f"There is no ledger table {kind!r}; choose one of {', '.join(KINDS)}.")
    columns = find_columns(table, mapping[kind], KINDS[kind].required)
    rows: list[LedgerRow] = []
    refused: list[Refused] = []
    line_of: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        fields = _fields(table, row, columns, mapping[kind])
        try:
            _refuse_surplus(row, len(table.header))
            made = KINDS[kind].make(fields)
            _refuse_repeat(fields, KINDS[kind].unique, row.line, line_of)
        except RowRefusedError as error:
            refused.append(Refused(row.line, error.column, error.value, error.reason))
        else:
            rows.append(made)
    return Read(tuple(rows), tuple(refused), _notes(table, columns, mapping[kind], rows))


def _fields(table: Table, row: Row, columns: dict[str, int], mapping: KindMapping) -> Fields:
    cells: dict[str, Cell] = {**mapping.defaults}
    for name, position in columns.items():
        cell = row.cells[position] if position < len(row.cells) else ""
        # An ERP leaves the home currency's cell empty, so a default stands in for an empty cell too.
        if cell_text(cell) or name not in cells:
            cells[name] = cell
    return Fields(cells, {name: table.header[position] for name, position in columns.items()}, mapping)


def _refuse_surplus(row: Row, width: int) -> None:
    """A stray separator or quotation mark shifts the cells after it, so nothing in the row can be trusted."""
    surplus = [cell_text(cell) for cell in row.cells[width:] if cell_text(cell)]
    if surplus:
        raise RowRefusedError("", surplus[0], f"the row has {len(row.cells)} cells and the header {width}")


def _refuse_repeat(fields: Fields, unique: tuple[str, ...], line: int, line_of: dict[tuple[str, ...], int]) -> None:
    key = tuple(number_key(fields.text(name)) or fields.text(name) for name in unique)
    first = line_of.setdefault(key, line)
    if first != line:
        raise fields.refusal(unique[0], f"line {first} has the same number")


def _notes(table: Table, columns: dict[str, int], mapping: KindMapping, rows: list[LedgerRow]) -> tuple[str, ...]:
    unread = [header for position, header in enumerate(table.header) if header and position not in columns.values()]
    notes = [f"Columns not used: {', '.join(unread)}."] if unread else []
    notes += [
        f"There is no column for {name}; {value} was taken for every row."
        for name, value in mapping.defaults.items()
        if name not in columns
    ]
    claims = Counter(domain for row in rows if isinstance(row, Customer) for domain in row.domains)
    shared = sorted(domain for domain, count in claims.items() if count > 1)
    if shared:
        notes.append(f"More than one customer has the domain {', '.join(shared)}; mail from there tells no account.")
    return tuple(notes)
