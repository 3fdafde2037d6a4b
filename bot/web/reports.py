"""Reports as pages: the charts, the figures, and the list behind each figure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.errors import NotFoundError, RuleViolationError
from bot.reports.catalog import REPORTS
from bot.reports.readers import Reader
from bot.reports.report import Figure, Report, Table, Thing
from bot.reports.shown import entry_shown, shown, spoken
from bot.store.report_mails import newest_mails
from bot.web.access import Signed, TheDesk
from bot.web.pages import render
from bot.web.visible import typed

router = APIRouter()

_FORM = "%Y-%m-%dT%H:%M"
_LONGEST_LIST = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# An SVG has its styles in it, and shows nothing else.
_SVG_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
AsOf = Annotated[str, Query(max_length=20)]
Name = Annotated[str, Query(max_length=500)]
From = Annotated[int, Query(ge=0, le=10_000_000)]


class RecentReports:
    """The last few reports that were asked for: a page, its charts and its lists are one answer. Safe for threads."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, Reader, datetime], Report] = OrderedDict()

    def get(self, desk: Desk, name: str, reader: Reader, as_of: datetime) -> Report:
        key = (name, reader, as_of)
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = desk.report(name, reader, as_of)
            self._kept[key] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


@router.get("/reports")
def show_reports(request: Request, desk: TheDesk) -> Response:
    values = {
        "reports": [(name, definition.title) for name, definition in REPORTS.items()],
        "mailings": desk.settings.reports.mailings,
        "mails": {one.mailing: one for one in newest_mails(desk.store.engine)},
    }
    return render(request, "reports.html", values)


@router.get("/reports/{report}")
def show_report(request: Request, report: str, desk: TheDesk, session: Signed, as_of: AsOf = "") -> Response:
    moment = _moment(desk, as_of)
    made = _report(request, desk, report, session.user.name, moment)
    at = _written(desk, moment)
    values = {
        "report": made,
        "at": at,
        "shown": shown,
        "spoken": spoken,
        "link": lambda table, row, column: _link(made, table, row, column, at),
        "thing": lambda name: made.things.get(name, Thing("")),
    }
    return render(request, "report.html", values)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which figure of a report the list is behind, and from which place on it is shown."""

    table: Name
    row: Name
    column: Name
    as_of: AsOf = ""
    first: From = 0


@router.get("/reports/{report}/list")
def show_list(
    request: Request, report: str, desk: TheDesk, session: Signed, behind: Annotated[Behind, Depends()]
) -> Response:
    moment = _moment(desk, behind.as_of)
    made = _report(request, desk, report, session.user.name, moment)
    table = _table(made, behind.table)
    figure = _figure(table, behind.row, behind.column)
    at, ends = _written(desk, moment), behind.first + _LONGEST_LIST
    entries = [
        (one.thing, made.things.get(one.thing, Thing("")), entry_shown(one))
        for one in figure.entries[behind.first : ends]
    ]
    following = _link(made, table.slug, behind.row, behind.column, at, ends) if len(figure.entries) > ends else ""
    values = {
        "report": made,
        "at": at,
        "table": table,
        "row": behind.row,
        "column": behind.column,
        "figure": figure,
        "shown": shown,
        "entries": entries,
        "next": following,
    }
    return render(request, "report_list.html", values)


@router.get("/reports/{report}/charts/{table}")
def show_chart(request: Request, report: str, table: str, desk: TheDesk, session: Signed, as_of: AsOf = "") -> Response:
    made = _report(request, desk, report, session.user.name, _moment(desk, as_of))
    chart = made.chart_of(table)
    if chart is None:
        raise NotFoundError(f"the report {report} has no chart {table}")
    return Response(desk.publisher().chart(made, chart), media_type="image/svg+xml", headers=_SVG_POLICY)


@router.get("/reports/{report}/workbook")
def give_workbook(request: Request, report: str, desk: TheDesk, session: Signed, as_of: AsOf = "") -> Response:
    moment = _moment(desk, as_of)
    made = _report(request, desk, report, session.user.name, moment)
    name = f"{made.name} {_written(desk, moment)[:10]}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(desk.publisher().workbook(made), media_type=_XLSX, headers=headers)


def _report(request: Request, desk: Desk, name: str, person: str, moment: datetime) -> Report:
    if name not in REPORTS:
        raise NotFoundError(f"there is no report {name}")
    recent: RecentReports = request.app.state.reports
    return recent.get(desk, name, desk.reader(person), moment)


def _moment(desk: Desk, text: str) -> datetime:
    """The moment of the field, in the company's time. Left empty it is the last whole minute, so that the links of the
    page lead to lists of the same moment."""
    if not text:
        return desk.clock.now().replace(second=0, microsecond=0)
    entered = typed(text, limit=20)
    try:
        local = datetime.strptime(entered, _FORM)  # noqa: DTZ007 (the zone follows)
    except ValueError:
        raise RuleViolationError(f"{entered!r} is no moment; write it as 2026-11-24T07:30") from None
    moment = local.replace(tzinfo=ZoneInfo(desk.settings.company.time_zone)).astimezone(UTC)
    if moment > desk.clock.now() + timedelta(minutes=1):
        raise RuleViolationError("that moment has not come yet")
    return moment


def _written(desk: Desk, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(desk.settings.company.time_zone)):{_FORM}}"


def _table(made: Report, slug: str) -> Table:
    found = next((one for one in made.tables if one.slug == slug), None)
    if found is None:
        raise NotFoundError(f"the report has no table {slug}")
    return found


def _figure(table: Table, name: str, column: str) -> Figure:
    row = next((one for one in table.rows if one.name == name), None)
    if row is None or column not in table.columns:
        raise NotFoundError(f"{table.title} has no figure {column} of {name}")
    cell = row.cells[table.columns.index(column)]
    if not isinstance(cell, Figure):
        raise NotFoundError(f"{column} is no figure")
    return cell


def _link(made: Report, table: str, row: str, column: str, at: str, first: int = 0) -> str:
    asked: Mapping[str, str] = {"table": table, "row": row, "column": column, "as_of": at}
    return f"/reports/{made.name}/list?{urlencode({**asked, **({'first': str(first)} if first else {})})}"
