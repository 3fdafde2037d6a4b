"""A report as one HTML document, from the template that people edit: for mail programs, and as a file."""

from __future__ import annotations

import traceback
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from jinja2 import FileSystemLoader, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import PermanentError
from bot.mail.compose_summary import Picture
from bot.publishing.charts import draw
from bot.reports.report import Chart, Figure, Report, Table
from bot.reports.shown import moment, shown, spoken

_TEMPLATE = "summaries/report.html"
# A mail that nobody scrolls to the end of tells nothing; the workbook has the rest.
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Block:
    """One table as the template has it. `picture` is what the chart's image points at, "" where there is none."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int
    picture: str = ""
    alt: str = ""
    # Which columns hold figures, counted from the first column after the name.
    figures: tuple[bool, ...] = ()


def pictures_of(report: Report) -> tuple[Picture, ...]:
    return tuple(
        Picture(f"{chart.table}@{report.name}", f"{chart.table}.png", draw(chart, report.table(chart.table), "png"))
        for chart in report.charts
    )


def as_inline(picture: Picture) -> str:
    """For a file that stands alone."""
    return f"data:image/png;base64,{b64encode(picture.content).decode()}"


def html_of(
    report: Report,
    zone: tzinfo,
    pictures: Mapping[str, str],
    folders: Sequence[Path],
    page: str = "",
    most_rows: int | None = MOST_ROWS,
) -> str:
    """`pictures` says by the name of the chart's table what its image points at. Raises PermanentError where the
    template has a mistake."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(list(folders)), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    blocks = [
        _block(table, report.chart_of(table.slug), pictures.get(table.slug, ""), most_rows) for table in report.tables
    ]
    values = {
        "title": report.title,
        "since": moment(report.since, zone),
        "as_of": moment(report.as_of, zone),
        "zone": str(zone),
        "headlines": report.headlines,
        "blocks": blocks,
        "page": f"{page.rstrip('/')}/reports/{report.name}" if page else "",
    }
    try:
        return environment.get_template(_TEMPLATE).render(values)
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
        reason = traceback.format_exception_only(error)[-1].strip()
        raise PermanentError(f"templates/{_TEMPLATE}: {reason}") from error


def _block(table: Table, chart: Chart | None, picture: str, most_rows: int | None) -> Block:
    rows = table.rows[:most_rows]
    first = rows[0].cells if rows else ()
    return Block(
        title=table.title,
        note=table.note,
        headings=(table.first, *table.columns),
        rows=tuple((row.name, *(shown(cell) for cell in row.cells)) for row in rows),
        more=len(table.rows) - len(rows),
        picture=picture if chart is not None else "",
        alt=spoken(chart, table) if chart is not None and picture else "",
        figures=tuple(isinstance(cell, Figure) for cell in first),
    )
