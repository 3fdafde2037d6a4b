"""The cells of one row under the names of our fields, and the strict ways to read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from bot.errors import PermanentError
from bot.ledger.amount import parse_amount, to_cents
from bot.ledger.mapping import KindMapping, header_key
from bot.ledger.money import Money
from bot.ledger.states import state_code
from bot.ledger.table import Cell, cell_text

# Years outside of these are slips of the keyboard, such as 0226 or 2206.
_FIRST_YEAR, _LAST_YEAR = 1980, 2199
_CURRENCY = re.compile(r"[A-Z]{3}")
_SEPARATORS = re.compile(r"[;,|\s]+")


class RowRefusedError(PermanentError):
    """One cell of a row cannot be read, so the row is not taken in."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}" + (f" ({value!r})" if value else ""))
        self.column = column
        self.value = value
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fields:
    """`headers` are the file's own words for our fields, because a person looks for those."""

    cells: Mapping[str, Cell]
    headers: Mapping[str, str]
    mapping: KindMapping

    def text(self, name: str) -> str:
        return cell_text(self.cells.get(name, ""))

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise self.refusal(name, "this cell must not be empty")
        return found

    def many(self, name: str) -> tuple[str, ...]:
        """The entries of a cell that holds several, in order and without repeats."""
        return tuple(dict.fromkeys(entry for entry in _SEPARATORS.split(self.text(name).lower()) if entry))

    def word(self, name: str, fallback: str = "") -> str:
        """Our word for what the file says, by the vocabulary of the mapping."""
        if fallback and not self.text(name):
            return fallback
        found = self.mapping.words.get(name, {}).get(header_key(self.needed(name)))
        if found is None:
            raise self.refusal(name, "this word is not known; add it to ledger.toml if it should be")
        return found

    def state(self, name: str) -> str:
        """The postal code where it is a state of the United States, otherwise what the file says."""
        return state_code(self.text(name)) or self.text(name)

    def day(self, name: str) -> date:
        cell = self.cells.get(name, "")
        found = cell if isinstance(cell, date) else self._date_of_text(name)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise self.refusal(name, "this year cannot be right")
        return found

    def money(self, name: str, currency: str) -> Money:
        """Raises where the cell names another currency than the row does."""
        cell = self.cells.get(name, "")
        try:
            if isinstance(cell, Decimal):
                return Money(to_cents(cell), currency)
            amount, named = parse_amount(self.needed(name), self.mapping.decimal)
        except InvalidOperation:
            raise self.refusal(name, "this amount is too large") from None
        except ValueError as error:
            raise self.refusal(name, str(error)) from None
        if named and named != currency:
            raise self.refusal(name, f"the amount is in {named} and the row in {currency}")
        return Money(amount, currency)

    def currency(self, name: str = "currency") -> str:
        found = self.needed(name).upper()
        if not _CURRENCY.fullmatch(found):
            raise self.refusal(name, "a currency is three letters, such as USD")
        return found

    def refusal(self, name: str, reason: str) -> RowRefusedError:
        return RowRefusedError(self.headers.get(name, name), self.text(name), reason)

    def _date_of_text(self, name: str) -> date:
        found = _day_of(self.needed(name), self.mapping.dates)
        if found is None:
            raise self.refusal(name, "this is not a date in one of the forms of ledger.toml")
        return found


# An export of a hundred thousand rows has a few hundred days, and strptime takes most of the time of reading it.
@lru_cache(maxsize=4096)
def _day_of(text: str, forms: tuple[str, ...]) -> date | None:
    for form in forms:
        try:
            # A date has no time zone; the clock's part of an export such as 2026-03-04 00:00:00 is dropped.
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
