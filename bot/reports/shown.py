"""How figures are written for people: the same in mail, page, workbook and terminal."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.reports.report import Cell, Chart, Entry, Measure, Table, Value

NOTHING = "–"


def shown(cell: Cell) -> str:
    """A cell in words: 12, 94 %, 3 h 20 min, or a dash where there was nothing to measure."""
    if isinstance(cell, str):
        return cell
    value = cell.value
    if value is None:
        return NOTHING
    if isinstance(value, timedelta):
        return span(value)
    return str(value) if cell.measure is Measure.COUNT else percent(float(value))


def entry_shown(entry: Entry) -> str:
    """What one thing contributes to its figure, "" where being there is all."""
    return value_shown(entry.value)


def value_shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return span(value) if isinstance(value, timedelta) else percent(value)


def percent(share: float) -> str:
    """Whole percent, but never 0 % or 100 % where it is not quite so."""
    tenths = f"{share * 100:.1f}".removesuffix(".0")
    whole = f"{share * 100:.0f}"
    return f"{tenths if whole in ('0', '100') and tenths != whole else whole} %"


def span(value: timedelta) -> str:
    """Hours and minutes, or minutes and seconds where it was shorter than an hour."""
    seconds = value // timedelta(seconds=1)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"


def moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def spoken(chart: Chart, table: Table) -> str:
    """The chart in words, for those who cannot see it."""
    places = [table.columns.index(column) for column in chart.columns]
    rows = []
    for row in table.rows:
        parts = [f"{table.columns[place].lower()} {shown(row.cells[place])}" for place in places]
        rows.append(f"{row.name}: {', '.join(parts)}")
    return f"{chart.title}. {'; '.join(rows)}."
