"""Charts of reports, drawn by matplotlib: PNG for mail, SVG for the page. The same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator, PercentFormatter

from bot.reports.report import Chart, ChartKind, Figure, Measure, Row, Table

# Told apart also by those who see no red or green, and in grey.
COLOURS = ("#1f5fa8", "#c2500a", "#6b6b6b")
_MARKS = ("o", "s", "^")
_HATCHES = ("", "//", "..")
_WIDE, _HIGH = 6.4, 3.0
_LONGEST_NAME = 24
_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "svg.fonttype": "none",
    # Without it the ids in the file would be random.
    "svg.hashsalt": "creditdesk",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
# More bars than this nobody can tell apart.
MOST_BARS = 12


def draw(chart: Chart, table: Table, form: Literal["png", "svg"]) -> bytes:
    with rc_context(_STYLE):
        drawing = Drawing(figsize=(_WIDE, _HIGH), dpi=150, layout="constrained")
        axes = drawing.add_subplot()
        rows = table.rows if chart.kind is ChartKind.LINES else table.rows[:MOST_BARS]
        _SHAPES[chart.kind](axes, chart, table, rows)
        _dress(axes, chart, table, rows)
        written = BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        drawing.savefig(written, format=form, metadata=metadata)
    return written.getvalue()


def _numbers(table: Table, column: str, rows: Sequence[Row]) -> list[float]:
    place = table.columns.index(column)
    return [_number(row.cells[place]) for row in rows]


def _number(cell: object) -> float:
    value = cell.value if isinstance(cell, Figure) else None
    if isinstance(value, timedelta):
        return value / timedelta(hours=1)
    return float(value) if value is not None else 0.0


def _lines(axes: Any, chart: Chart, table: Table, rows: Sequence[Row]) -> None:
    for column, colour, mark in zip(chart.columns, COLOURS, _MARKS, strict=False):
        axes.plot(
            range(len(rows)), _numbers(table, column, rows), color=colour, marker=mark, markersize=4, label=column
        )


def _bars(axes: Any, chart: Chart, table: Table, rows: Sequence[Row]) -> None:
    width = 0.8 / len(chart.columns)
    for number, (column, colour, hatch) in enumerate(zip(chart.columns, COLOURS, _HATCHES, strict=False)):
        places = [place - 0.4 + width * (number + 0.5) for place in range(len(rows))]
        heights = _numbers(table, column, rows)
        axes.bar(places, heights, width, color=colour, hatch=hatch, edgecolor="white", label=column)


_SHAPES = {ChartKind.LINES: _lines, ChartKind.BARS: _bars}


def _dress(axes: Any, chart: Chart, table: Table, rows: Sequence[Row]) -> None:
    names = [row.name if len(row.name) <= _LONGEST_NAME else row.name[: _LONGEST_NAME - 1] + "…" for row in rows]
    is_crowded = sum(map(len, names)) > 60
    axes.set_xticks(range(len(rows)), names, rotation=30 if is_crowded else 0, ha="right" if is_crowded else "center")
    for label in axes.get_xticklabels():
        # A dollar sign in a name is no formula.
        label.set_parse_math(False)
    axes.set_ylim(bottom=0)
    if _is_share(chart, table, rows):
        axes.set_ylim(top=1)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
    else:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=len(chart.columns), frameon=False)


def _is_share(chart: Chart, table: Table, rows: Sequence[Row]) -> bool:
    cells = [row.cells[table.columns.index(chart.columns[0])] for row in rows]
    return any(isinstance(cell, Figure) and cell.measure in (Measure.SHARE, Measure.MEAN) for cell in cells)
