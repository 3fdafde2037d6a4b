"""A statement of account: what of a customer's invoices is past due on one day, how old it is, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money

# Up to how many days past due an invoice belongs to an age; older ones belong to the last.
AGES = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Owed:
    """One invoice, and how many days it is past its due day."""

    invoice: Invoice
    days: int

    @property
    def age(self) -> int:
        """The place of its age among AGES and what is older than all of them."""
        return sum(self.days > limit for limit in AGES)


@dataclass(frozen=True, slots=True)
class Total:
    """What is owed in one currency: all of it, and by age from the youngest to the oldest."""

    whole: Money
    by_age: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """What was past due on `as_of`, the oldest first."""

    customer: Customer
    as_of: date
    owed: tuple[Owed, ...]

    @property
    def totals(self) -> tuple[Total, ...]:
        """One for each currency: sums of different money are never added up."""
        currencies = sorted({one.invoice.balance.currency for one in self.owed})
        return tuple(_total(currency, self.owed) for currency in currencies)


def statement_of(customer: Customer, invoices: Iterable[Invoice], today: date) -> AccountStatement:
    """Of these invoices those whose due day is over. Which of them may be named at all is decided before."""
    owed = [Owed(one, (today - one.due_on).days) for one in invoices if one.due_on < today]
    return AccountStatement(customer, today, tuple(sorted(owed, key=lambda one: (-one.days, one.invoice.number))))


def _total(currency: str, owed: Iterable[Owed]) -> Total:
    by_age = [Decimal(0)] * (len(AGES) + 1)
    for one in owed:
        if one.invoice.balance.currency == currency:
            by_age[one.age] += one.invoice.balance.amount
    return Total(Money(sum(by_age, Decimal(0)), currency), tuple(Money(one, currency) for one in by_age))
