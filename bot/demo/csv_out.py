"""The sample ledger → the CSV files that an ERP would export."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from pathlib import Path

from bot.demo.ledger import SampleLedger
from bot.ledger.money import Money
from bot.ledger.rows import LedgerRow

# Headers as people write them; any other field is headed by its own name.
_HEADERS = {
    "customers.number": "Customer No",
    "invoices.number": "Invoice No",
    "orders.number": "Order No",
    "certificates.number": "Certificate No",
    "customer_number": "Customer No",
    "name": "Customer Name",
    "issued_on": "Invoice Date",
    "ordered_on": "Order Date",
    "due_on": "Due Date",
    "po_number": "PO Number",
    "po_status": "PO Status",
}
_CURRENCY = "Currency"


def write_csv(ledger: SampleLedger, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "customers.csv", ledger.customers)
    _write(folder / "invoices.csv", ledger.invoices)
    _write(folder / "orders.csv", ledger.orders)
    _write(folder / "certificates.csv", ledger.certificates)


def _write(path: Path, rows: Iterable[LedgerRow]) -> None:
    listed = [*rows]
    names = [field.name for field in fields(listed[0])]
    headers = [
        _HEADERS.get(f"{path.stem}.{name}", _HEADERS.get(name, name.replace("_", " ").title())) for name in names
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*headers, _CURRENCY])
        writer.writerows(_cells([getattr(row, name) for name in names]) for row in listed)


def _cells(values: list[object]) -> list[str]:
    currencies = [value.currency for value in values if isinstance(value, Money)]
    return [*(_cell(value) for value in values), *currencies[:1]]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.amount:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)
