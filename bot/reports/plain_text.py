"""A report as plain text: for the terminal, and as the plain part of the mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from bot.reports.report import Report, Table
from bot.reports.shown import moment, shown

_WIDEST_NAME = 34


def as_text(report: Report, zone: tzinfo, most_rows: int | None = None) -> str:
    """`most_rows` of each table; None is all of them."""
    return "\n".join(_lines(report, zone, most_rows)) + "\n"


def _lines(report: Report, zone: tzinfo, most_rows: int | None) -> Iterator[str]:
    yield report.title
    yield f"{moment(report.since, zone)} to {moment(report.as_of, zone)} ({zone})"
    if report.headlines:
        yield ""
        yield from report.headlines
    for table in report.tables:
        yield ""
        yield from _table(table, most_rows)


def _table(table: Table, most_rows: int | None) -> Iterator[str]:
    yield table.title
    if not table.rows:
        yield "  nothing"
        return
    rows = table.rows[:most_rows]
    cells = [[_cut(row.name), *(shown(cell) for cell in row.cells)] for row in rows]
    lines = [[table.first, *table.columns], *cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        first, *others = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        yield f"  {first}  {'  '.join(others)}".rstrip()
    if len(table.rows) > len(rows):
        yield f"  and {len(table.rows) - len(rows)} more"
    if table.note:
        yield f"  {table.note}"


def _cut(name: str) -> str:
    # Names of customers come from outside: nothing of them may begin a line of its own or steer a terminal.
    plain = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    return plain if len(plain) <= _WIDEST_NAME else plain[: _WIDEST_NAME - 1] + "…"
