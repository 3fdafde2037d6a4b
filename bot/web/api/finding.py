"""Search and the figures of reports for programs, as far as their person's queues go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from bot.bootstrap import Desk
from bot.desk.search_query import read_search
from bot.errors import NotFoundError, RuleViolationError
from bot.reports.catalog import REPORTS
from bot.reports.json_form import as_json
from bot.reports.readers import Reader as ReportReader
from bot.store.search_page import SearchPage, search_page
from bot.web.api import shapes
from bot.web.api.calling import Reader, TheDesk
from bot.web.api.problems import RESPONSES

router = APIRouter(responses=RESPONSES)

# No desk is older, and the arithmetic of calendars has an end.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
Asked = Annotated[str, Query(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Path(pattern=r"^[a-z-]{1,60}$")]
After = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get("/search")
def search(desk: TheDesk, caller: Reader, q: Asked, after: After = None) -> shapes.Found:
    """Messages, notes and drafts that hold these words, newest first; `q` takes the filters of the page's search."""
    sought = read_search(q)
    zone = ZoneInfo(desk.settings.company.time_zone)
    empty = SearchPage((), None)
    page = empty if sought.is_empty else search_page(desk.store.engine, sought, caller.user, zone, after)
    return shapes.Found(
        hits=[
            shapes.HitLine(
                kind=hit.kind,
                at=hit.at,
                who=hit.who,
                subject=hit.subject,
                text=hit.text,
                items=[item.number for item in hit.items],
            )
            for hit in page.hits
        ],
        not_understood=list(sought.told),
        next_after=page.next_after,
    )


@router.get("/reports")
def list_reports(caller: Reader) -> list[shapes.ReportName]:  # noqa: ARG001 (asked for its rights)
    return [shapes.ReportName(name=name, title=definition.title) for name, definition in REPORTS.items()]


@router.get("/reports/{report}")
def show_report(report: Name, desk: TheDesk, caller: Reader, as_of: AwareDatetime | None = None) -> dict[str, Any]:
    """A report as it was at a moment, such as sla-daily, each figure with the list behind it; spans are seconds."""
    if report not in REPORTS:
        raise NotFoundError(f"there is no report {report}")
    reader = ReportReader(caller.user.name, caller.user.queues)
    return as_json(desk.report(report, reader, _moment(desk, as_of)))


def _moment(desk: Desk, as_of: datetime | None) -> datetime:
    now = desk.clock.now()
    if as_of is None:
        return now
    if not EARLIEST <= as_of <= now + timedelta(minutes=1):
        raise RuleViolationError("as_of has not come yet, or is from before there were desks")
    return as_of.astimezone(UTC)
