"""Sales orders and the purchase orders they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.ledger.money import Money


@dataclass(frozen=True, slots=True)
class Order:
    """One sales order. `po_status` is none, received, verified or rejected."""

    number: str
    customer_number: str
    ordered_on: date
    total: Money
    po_number: str = ""
    po_status: str = "none"
