"""Where mail and ledger disagree, told by value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.desk.doubts import doubts
from bot.desk.verdict import FoundFact, Scored, Verdict
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known
from bot.ledger.money import Money
from bot.ledger.order import Order


def make_verdict(**values: str) -> Verdict:
    facts = tuple(FoundFact(kind, value, value, "newest_text", 0, 1) for kind, value in values.items())
    return Verdict("dispute", "dispute", 0.9, (Scored("dispute", 0.9),), None, "USD", facts, (), "made")


def make_invoice(number: str = "INV-1", amount: str = "100.00", balance: str = "40.00", po: str = "PO-7") -> Invoice:
    issued, due = date(2026, 10, 1), date(2026, 10, 31)
    sums = Money(Decimal(amount)), Money(Decimal(balance))
    return Invoice(number, "C-1", issued, due, *sums, "open", po, Money(Decimal("8.00")))


@pytest.mark.parametrize("amount", ["100.00", "40.00", "60.00", "8.00", "92.00", "100"])
def test_an_amount_that_is_on_file_in_any_way_is_in_no_doubt(amount: str) -> None:
    assert doubts(make_verdict(invoice="INV-1", amount=amount), Known(invoices=(make_invoice(),))) == {}


def test_an_amount_that_is_not_on_file_names_what_is() -> None:
    found = doubts(make_verdict(invoice="INV-1", amount="99.00"), Known(invoices=(make_invoice(),)))
    assert found == {"99.00": "in the ledger INV-1 is over $100.00"}


def test_the_sum_of_all_invoices_named_is_on_file() -> None:
    known = Known(invoices=(make_invoice(), make_invoice("INV-2", "50.00", "50.00")))
    assert doubts(make_verdict(amount="150.00"), known) == {}
    assert doubts(make_verdict(amount="90.00"), known) == {}


def test_the_same_figure_in_another_currency_is_in_doubt() -> None:
    euros = Money(Decimal("100.00"), "EUR")
    known = Known(orders=(Order("SO-1", "C-1", date(2026, 10, 1), euros, "PO-7"),))
    assert "100.00" in doubts(make_verdict(amount="100.00"), known)


def test_where_the_ledger_has_nothing_there_is_nothing_to_hold_against_an_amount() -> None:
    assert doubts(make_verdict(amount="99.00"), Known()) == {}
    assert doubts(make_verdict(amount="a lot"), Known(invoices=(make_invoice(),))) == {}


def test_a_po_that_the_invoice_does_not_carry() -> None:
    known = Known(invoices=(make_invoice(),))
    assert doubts(make_verdict(po="PO-8"), known) == {"PO-8": "in the ledger INV-1 has PO PO-7"}
    assert doubts(make_verdict(po="po 7"), known) == {}
    assert doubts(make_verdict(po="PO-8"), Known(invoices=(make_invoice(po=""),))) == {}


def test_numbers_that_are_unknown_or_of_others() -> None:
    known = Known(foreign_numbers=("INV-9",), unknown_numbers=("INV-8",))
    found = doubts(make_verdict(), known)
    assert found == {"INV-8": "the ledger does not have it", "INV-9": "it belongs to another account"}


def test_a_number_that_was_written_otherwise_is_doubted_with_what_was_written() -> None:
    fact = FoundFact("invoice", "INV-0020411", "20411", "newest_text", 0, 5)
    verdict = Verdict("dispute", "dispute", 0.9, (), None, "USD", (fact,), (), "made")
    assert doubts(verdict, Known())["INV-0020411"] == "the message says 20411"
