"""Payments received, as the ERP has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.ledger.money import Money


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as far as it went to one invoice. `invoice_number` is "" where it lies unapplied on the account."""

    number: str
    customer_number: str
    amount: Money
    paid_on: date
    invoice_number: str = ""
