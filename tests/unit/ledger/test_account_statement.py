"""A statement of account: the oldest first, by age, and no sum of different money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.ledger.account_statement import AccountStatement, statement_of
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money

TODAY = date(2026, 11, 24)


def owed(number: str, due: str, currency: str = "USD") -> Invoice:
    money = Money(Decimal("100.50"), currency)
    return Invoice(number, "C1", date(2026, 5, 1), date.fromisoformat(due), money, money, "open")


def made(*invoices: Invoice) -> AccountStatement:
    return statement_of(Customer("C1", "Acme Mills"), invoices, TODAY)


def test_what_is_past_due_stands_in_it_the_oldest_first_with_its_age() -> None:
    days = ("2026-11-23", "2026-10-25", "2026-10-24", "2026-08-26", "2026-08-25", "2026-11-24", "2026-12-01")
    found = made(*(owed(f"INV-{place}", day) for place, day in enumerate(days))).owed
    assert [(one.invoice.number, one.days, one.age) for one in found] == [
        ("INV-4", 91, 3),
        ("INV-3", 90, 2),
        ("INV-2", 31, 1),
        ("INV-1", 30, 0),
        ("INV-0", 1, 0),
    ]


def test_each_currency_has_totals_of_its_own_that_add_up() -> None:
    euros, dollars = made(
        owed("INV-1", "2026-11-01"), owed("INV-2", "2026-07-01"), owed("INV-3", "2026-07-01", "EUR")
    ).totals
    assert [str(one) for one in dollars.by_age] == ["$100.50", "$0.00", "$0.00", "$100.50"]
    assert (str(dollars.whole), str(euros.whole)) == ("$201.00", "€100.50")
