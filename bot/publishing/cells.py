"""Text in a workbook's cells: it stays text, whatever it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook

# What Excel takes in a cell.
_LONGEST_TEXT = 32_000
# A person who edits such a cell would make it a formula; the quote keeps it text for good.
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Written strings stay strings: nothing that came by mail or from the ledger becomes a formula, a number or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


@dataclass(frozen=True, slots=True)
class TextFormats:
    plain: Any
    quoted: Any


def text_formats(book: Workbook) -> TextFormats:
    return TextFormats(
        plain=book.add_format({"num_format": "@"}),
        quoted=book.add_format({"num_format": "@", "quote_prefix": True}),
    )


def write_text(sheet: Any, line: int, place: int, text: str, formats: TextFormats, form: Any = None) -> None:
    """`form` dresses words of our own; text from elsewhere comes without."""
    plain = text[:_LONGEST_TEXT]
    quoted = formats.quoted if plain.startswith(_FORMULA_MARKS) else formats.plain
    sheet.write_string(line, place, plain, form or quoted)
