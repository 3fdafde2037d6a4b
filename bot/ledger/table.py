"""A table as a file holds it, before anyone knows what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# A spreadsheet tells numbers and dates from text; a CSV file has text only.
Cell = str | Decimal | date


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record. `line` is the line of the file on which it begins, as an editor counts."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file or sheet; `name` is what a message to a person calls it."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def cell_text(cell: Cell) -> str:
    """The cell as a person would read it, on one line."""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(cell.split())
