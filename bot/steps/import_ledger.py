"""A file of the ERP → the ledger. Importing the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.desk.record import RecordEntry
from bot.errors import RuleViolationError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.order import Order
from bot.ledger.rows import LedgerRow, Read
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork

IMPORTABLE = ("customers", "invoices", "orders", "certificates")


def import_ledger(kind: str, read: Read, source: str, person: str, *, store: Store, clock: Clock) -> int:
    """Save the rows that were good; how many. The refused ones are in `read`, for whoever asked."""
    if kind not in IMPORTABLE:
        raise RuleViolationError(f"{kind!r} cannot be imported; use one of {', '.join(IMPORTABLE)}")
    now = clock.now()
    with store.begin() as uow:
        _save(uow, read.rows, now)
        after = {"file": source, "rows": str(len(read.rows)), "refused": str(len(read.refused))}
        uow.record.add(RecordEntry(now, person, "imported", f"ledger:{kind}", {}, after))
        uow.commit()
    return len(read.rows)


def _save(uow: UnitOfWork, rows: Sequence[LedgerRow], now: datetime) -> None:
    uow.ledger.save_customers([row for row in rows if isinstance(row, Customer)], now)
    uow.ledger.save_invoices([row for row in rows if isinstance(row, Invoice)], now)
    uow.ledger.save_orders([row for row in rows if isinstance(row, Order)], now)
    uow.ledger.save_certificates([row for row in rows if isinstance(row, Certificate)], now)
