"""Invoices, as the ERP has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.ledger.money import Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice. `status` is open, paid, disputed, credited or void; `balance` is what is still owed."""

    number: str
    customer_number: str
    issued_on: date
    due_on: date
    amount: Money
    balance: Money
    status: str
    po_number: str = ""
    tax: Money | None = None
    ship_to_state: str = ""
