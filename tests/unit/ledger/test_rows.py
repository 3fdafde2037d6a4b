"""From cells to customers, invoices, orders, payments and certificates."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.errors import NotFoundError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.mapping import KindMapping
from bot.ledger.money import Money
from bot.ledger.order import Order
from bot.ledger.payment import Payment
from bot.ledger.rows import Read, Refused, read_rows
from bot.ledger.table import Cell, Row, Table

INVOICE = {
    "number": "INV-1",
    "customer_number": "0042",
    "issued_on": "2026-03-04",
    "due_on": "04/03/2026",
    "amount": "$1,204.50",
    "balance": "0",
    "status": "Paid in Full",
}


def make_mapping(*names: str, **changes: object) -> KindMapping:
    base = KindMapping(
        columns={name: (name,) for name in names},
        dates=("%Y-%m-%d", "%m/%d/%Y"),
        defaults={"currency": "USD"},
        words={
            "status": {"open": "open", "paidinfull": "paid"},
            "po_status": {"verified": "verified"},
            "language": {"spanish": "es"},
        },
        shared_domains=frozenset({"gmail.com"}),
    )
    return replace(base, **changes)


def read(kind: str, *rows: dict[str, Cell], **changes: object) -> Read:
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    lines = [Row(line, tuple(row.get(name, "") for name in names)) for line, row in enumerate(rows, start=2)]
    return read_rows(kind, Table(f"{kind}.csv", names, tuple(lines)), {kind: make_mapping(*names, **changes)})


def test_an_invoice_is_read() -> None:
    more = {"po_number": " HM-1 ", "tax": "70.00", "ship_to_state": "ohio"}
    assert read("invoices", {**INVOICE, **more}).rows == (
        Invoice(
            number="INV-1",
            customer_number="0042",
            issued_on=date(2026, 3, 4),
            due_on=date(2026, 4, 3),
            amount=Money(Decimal("1204.50")),
            balance=Money(Decimal("0.00")),
            status="paid",
            po_number="HM-1",
            tax=Money(Decimal("70.00")),
            ship_to_state="OH",
        ),
    )


def test_cells_of_a_spreadsheet_are_numbers_and_dates_already() -> None:
    cells: dict[str, Cell] = {**INVOICE, "number": Decimal(5510), "amount": Decimal("12.5"), "due_on": date(2026, 5, 1)}
    invoice = read("invoices", cells).rows[0]
    assert isinstance(invoice, Invoice)
    assert (invoice.number, invoice.amount, invoice.due_on) == ("5510", Money(Decimal("12.50")), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("number", "", "must not be empty"),
        ("amount", "lots", "not an amount"),
        ("amount", "€5.00", "in EUR and the row in USD"),
        ("amount", Decimal("0.001"), "fractions of a cent"),
        ("amount", "9" * 40, "too large"),
        ("due_on", "2026-02-30", "not a date"),
        ("due_on", "45000", "not a date"),
        ("due_on", "0206-03-04", "year"),
        ("status", "Maybe", "not known"),
        ("currency", "dollars", "three letters"),
    ],
)
def test_a_bad_cell_refuses_its_row_only(column: str, value: Cell, reason: str) -> None:
    found = read("invoices", {**INVOICE, column: value}, {**INVOICE, "number": "INV-2"})
    assert [row.number for row in found.rows] == ["INV-2"]
    assert [(refused.line, refused.column) for refused in found.refused] == [(2, column)]
    assert reason in found.refused[0].reason


def test_the_later_of_two_rows_with_one_number_is_refused_with_the_line_of_the_first() -> None:
    found = read("invoices", INVOICE, {**INVOICE, "number": "inv 1"})
    assert len(found.rows) == 1
    assert found.refused == (Refused(3, "number", "inv 1", "line 2 has the same number"),)


def test_a_refused_row_does_not_take_the_number_of_a_good_one() -> None:
    found = read("invoices", {**INVOICE, "amount": "?"}, INVOICE)
    assert [row.number for row in found.rows] == ["INV-1"]


def test_leading_zeros_tell_two_numbers_apart() -> None:
    found = read("customers", {"number": "0042", "name": "A"}, {"number": "42", "name": "B"})
    assert [row.number for row in found.rows] == ["0042", "42"]


def test_surplus_cells_refuse_the_row() -> None:
    table = Table("x.csv", ("number", "name"), (Row(2, ("1", "Acme", "Inc")), Row(3, ("2", "Best", "", ""))))
    found = read_rows("customers", table, {"customers": make_mapping("number", "name")})
    assert [row.number for row in found.rows] == ["2"]
    assert found.refused == (Refused(2, "", "Inc", "the row has 3 cells and the header 2"),)


def test_a_short_row_is_filled_with_empty_cells() -> None:
    table = Table("x.csv", ("number", "name", "terms"), (Row(2, ("1", "Acme")),))
    assert read_rows("customers", table, {"customers": make_mapping("number", "name", "terms")}).rows[0].number == "1"


def test_a_customer_is_read() -> None:
    cells = {
        "number": "1",
        "name": "Two\nLines",
        "state": "Ohio",
        "language": "Spanish",
        "domains": "@A.example; b.example",
    }
    assert read("customers", {**cells, "emails": "Ap@a.example,x@b.example"}).rows == (
        Customer("1", "Two Lines", "", "OH", "es", "", ("a.example", "b.example"), ("ap@a.example", "x@b.example")),
    )


def test_a_domain_that_anyone_can_use_belongs_to_no_customer() -> None:
    customer = read("customers", {"number": "1", "name": "A", "domains": "gmail.com a.example"}).rows[0]
    assert isinstance(customer, Customer)
    assert customer.domains == ("a.example",)


@pytest.mark.parametrize(
    ("column", "value"), [("domains", "no domain at all"), ("emails", "ap@"), ("language", "Elvish")]
)
def test_a_customer_with_a_bad_address_or_language_is_refused(column: str, value: str) -> None:
    found = read("customers", {"number": "1", "name": "A", column: value})
    assert not found.rows
    assert found.refused[0].column == column


def test_a_domain_of_two_customers_is_noted() -> None:
    found = read("customers", *({"number": n, "name": n, "domains": "group.example"} for n in "12"))
    assert len(found.rows) == 2
    assert any("group.example" in note for note in found.notes)


def test_an_order_is_read_and_its_po_counts_as_received() -> None:
    cells = {"number": "SO-1", "customer_number": "1", "ordered_on": "2026-03-04", "total": "5"}
    order = Order("SO-1", "1", date(2026, 3, 4), Money(Decimal("5.00")))
    assert read("orders", cells).rows == (order,)
    assert read("orders", {**cells, "po_number": "P1"}).rows == (replace(order, po_number="P1", po_status="received"),)
    assert read("orders", {**cells, "po_number": "P1", "po_status": "Verified"}).rows == (
        replace(order, po_number="P1", po_status="verified"),
    )


def test_one_check_may_pay_two_invoices_but_not_one_twice() -> None:
    cells = {"number": "40418", "customer_number": "1", "amount": "5", "paid_on": "2026-03-04", "invoice_number": "A"}
    found = read("payments", cells, {**cells, "invoice_number": "B"}, cells)
    first = Payment("40418", "1", Money(Decimal("5.00")), date(2026, 3, 4), "A")
    assert found.rows == (first, replace(first, invoice_number="B"))
    assert found.refused[0].line == 4


@pytest.mark.parametrize(
    ("expires", "expires_on"),
    [("", None), ("9999-12-31", None), ("12/31/9999", None), ("12/31/2026", date(2026, 12, 31))],
)
def test_a_certificate_may_never_expire(expires: str, expires_on: date | None) -> None:
    cells = {"number": "OH-1", "customer_number": "1", "state": "Ohio", "kind": "resale", "expires_on": expires}
    assert read("certificates", cells).rows == (Certificate("OH-1", "1", "OH", "resale", expires_on),)


def test_a_certificate_needs_one_state() -> None:
    found = read("certificates", {"number": "1", "customer_number": "1", "state": "OH, PA"})
    assert "row for each" in found.refused[0].reason


def test_unused_columns_and_defaults_are_noted() -> None:
    table = Table("x.csv", ("number", "name", "Mascot"), ())
    notes = read_rows("customers", table, {"customers": make_mapping("number", "name")}).notes
    assert notes[0] == "Columns not used: Mascot."
    assert "USD was taken" in notes[1]


def test_an_empty_currency_means_the_home_currency() -> None:
    assert not read("invoices", {**INVOICE, "currency": ""}).refused


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="customers, invoices, orders, payments, certificates"):
        read("vendors", {"number": "1"})
