"""A statement of account as an Excel workbook, written by XlsxWriter: sums as numbers, everything else as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from bot.desk.reply_language import wording
from bot.desk.statement_words import StatementWords, statement_words
from bot.ledger.account_statement import AccountStatement, Owed, Total
from bot.publishing.cells import OPTIONS, TextFormats, text_formats, write_text

_FIRST_LINE = 6
_WIDTHS = (18, 12, 12, 12, 22, 16, 16)


@dataclass(frozen=True, slots=True)
class _Formats:
    text: TextFormats
    bold: Any
    heading: Any
    day: Any
    money: Mapping[str, Any]


def workbook_of(statement: AccountStatement, company: str, language: str) -> bytes:
    words = statement_words(language)
    written = BytesIO()
    with Workbook(written, OPTIONS) as book:
        # The day of the statement, so that the same statement gives the same bytes.
        created = datetime.combine(statement.as_of, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": words.title, "created": created})
        sheet, formats = book.add_worksheet(words.title[:31]), _formats(book, statement)
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        _write_head(sheet, statement, company, language, formats)
        line = _FIRST_LINE
        for one in statement.owed:
            _write_owed(sheet, line, one, formats)
            line += 1
        sheet.freeze_panes(_FIRST_LINE, 0)
        for total in statement.totals:
            line = _write_total(sheet, line + 1, total, words, formats)
    return written.getvalue()


def _formats(book: Workbook, statement: AccountStatement) -> _Formats:
    return _Formats(
        text=text_formats(book),
        bold=book.add_format({"bold": True, "num_format": "@"}),
        heading=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        # The code beside the sum rather than a sign: the same in every country's Excel.
        money={
            one.whole.currency: book.add_format({"num_format": f'#,##0.00 "{one.whole.currency}"'})
            for one in statement.totals
        },
    )


def _write_head(sheet: Any, statement: AccountStatement, company: str, language: str, formats: _Formats) -> None:
    words, customer = statement_words(language), statement.customer
    write_text(sheet, 0, 0, company, formats.text)
    write_text(sheet, 1, 0, words.title, formats.text, formats.bold)
    write_text(sheet, 2, 0, words.account.format(name=customer.name, number=customer.number), formats.text)
    write_text(sheet, 3, 0, words.as_of.format(day=wording(language).full_date(statement.as_of)), formats.text)
    for place, name in enumerate(words.columns):
        write_text(sheet, _FIRST_LINE - 1, place, name, formats.text, formats.heading)


def _write_owed(sheet: Any, line: int, one: Owed, formats: _Formats) -> None:
    invoice = one.invoice
    write_text(sheet, line, 0, invoice.number, formats.text)
    sheet.write_datetime(line, 1, invoice.issued_on, formats.day)
    sheet.write_datetime(line, 2, invoice.due_on, formats.day)
    sheet.write_number(line, 3, one.days)
    write_text(sheet, line, 4, invoice.po_number, formats.text)
    for place, money in ((5, invoice.amount), (6, invoice.balance)):
        sheet.write_number(line, place, money.amount, formats.money[money.currency])


def _write_total(sheet: Any, line: int, total: Total, words: StatementWords, formats: _Formats) -> int:
    """Answers the line after it."""
    rows = ((words.total, total.whole), *zip(words.ages, total.by_age, strict=True))
    for place, (name, money) in enumerate(rows):
        write_text(sheet, line + place, 4, name, formats.text, None if place else formats.bold)
        sheet.write_number(line + place, 6, money.amount, formats.money[money.currency])
    return line + len(rows)
