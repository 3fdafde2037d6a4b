"""A report as an Excel workbook, written by XlsxWriter: the figures, and the rows behind each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from bot.publishing.cells import OPTIONS, TextFormats, text_formats, write_text
from bot.reports.report import Entry, Figure, Report, Row, Table, Thing, figures
from bot.reports.shown import moment

# What Excel takes on a sheet.
_MOST_ROWS = 1_048_000
_ROWS = ("Figure", "Column", "Thing", "Value", "What it is", "Belongs to")


@dataclass(frozen=True, slots=True)
class _Formats:
    title: Any
    heading: Any
    text: TextFormats
    whole: Any
    share: Any
    hours: Any


def workbook_of(report: Report, zone: tzinfo) -> bytes:
    """One sheet with the figures as they stand in the mail, then one for each table with the rows behind them."""
    written = BytesIO()
    with Workbook(written, OPTIONS) as book:
        # The moment of the report, so that the same report gives the same bytes.
        book.set_properties({"title": report.title, "created": report.as_of.astimezone(UTC).replace(tzinfo=None)})
        formats = _formats(book)
        _write_figures(book.add_worksheet("Figures"), report, formats, zone)
        for table in report.tables:
            if any(True for _ in figures(table)):
                _write_rows(book.add_worksheet(_sheet_name(table)), report, table, formats)
    return written.getvalue()


def _formats(book: Workbook) -> _Formats:
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 14}),
        heading=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        text=text_formats(book),
        whole=book.add_format({"num_format": "#,##0"}),
        share=book.add_format({"num_format": "0.0%"}),
        hours=book.add_format({"num_format": "[h]:mm:ss"}),
    )


def _sheet_name(table: Table) -> str:
    return f"Rows {table.slug}"[:31]


def _write_figures(sheet: Any, report: Report, formats: _Formats, zone: tzinfo) -> None:
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 12, 15)
    write_text(sheet, 0, 0, report.title, formats.text, formats.title)
    write_text(sheet, 1, 0, f"{moment(report.since, zone)} to {moment(report.as_of, zone)} ({zone})", formats.text)
    line = 2
    for headline in report.headlines:
        write_text(sheet, line, 0, headline, formats.text)
        line += 1
    for table in report.tables:
        line = _write_table(sheet, line + 1, table, formats)


def _write_table(sheet: Any, line: int, table: Table, formats: _Formats) -> int:
    """Answers the line after it."""
    write_text(sheet, line, 0, table.title, formats.text, formats.title)
    for place, heading in enumerate((table.first, *table.columns)):
        write_text(sheet, line + 1, place, heading, formats.text, formats.heading)
    line += 2
    for row in table.rows:
        write_text(sheet, line, 0, row.name, formats.text)
        for place, cell in enumerate(row.cells, start=1):
            if isinstance(cell, Figure):
                _value(sheet, line, place, cell.value, formats)
            else:
                write_text(sheet, line, place, cell, formats.text)
        line += 1
    if table.note:
        write_text(sheet, line, 0, table.note, formats.text)
        line += 1
    return line


def _write_rows(sheet: Any, report: Report, table: Table, formats: _Formats) -> None:
    for place, heading in enumerate(_ROWS):
        write_text(sheet, 0, place, heading, formats.text, formats.heading)
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 14)
    sheet.set_column(4, 5, 48)
    sheet.freeze_panes(1, 0)
    line = 0
    for line, (row, column, entry) in enumerate(_behind(table), start=1):
        if line > _MOST_ROWS:
            write_text(sheet, line, 0, "There are more rows than a sheet of Excel holds.", formats.text)
            break
        thing = report.things.get(entry.thing, Thing(""))
        for place, text in ((0, row.name), (1, column), (2, entry.thing), (4, thing.title), (5, thing.detail)):
            write_text(sheet, line, place, text, formats.text)
        _value(sheet, line, 3, entry.value, formats)
    sheet.autofilter(0, 0, max(line, 1), len(_ROWS) - 1)


def _behind(table: Table) -> Iterator[tuple[Row, str, Entry]]:
    for row, column, figure in figures(table):
        for entry in figure.entries:
            yield row, column, entry


def _value(sheet: Any, line: int, place: int, value: object, formats: _Formats) -> None:
    if isinstance(value, bool):
        write_text(sheet, line, place, "yes" if value else "no", formats.text)
    elif isinstance(value, timedelta):
        sheet.write_number(line, place, value / timedelta(days=1), formats.hours)
    elif isinstance(value, int):
        sheet.write_number(line, place, value, formats.whole)
    elif isinstance(value, float):
        sheet.write_number(line, place, value, formats.share)
