"""How much was open at the end of each of the last weeks, and what came in and was done in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.desk.work_item import ItemState
from bot.reports.facts import ItemFacts
from bot.reports.report import Chart, ChartKind, Figure, Row, Table, count

WEEKS = 13
_WEEK = timedelta(weeks=1)
_UNDONE = (ItemState.OPEN, ItemState.WAITING)
CHART = Chart("backlog", ChartKind.LINES, "Open work over thirteen weeks", ("In", "Done", "Open at its end"))


def backlog_table(items: Sequence[ItemFacts], as_of: datetime, zone: tzinfo) -> Table:
    """Weeks that end at the very hour of the report, the oldest first. `items` reach back to the first of them."""
    rows = []
    for back in range(WEEKS - 1, -1, -1):
        ends = as_of - back * _WEEK
        rows.append(Row(f"{ends.astimezone(zone):%Y-%m-%d}", _cells(items, ends - _WEEK, ends)))
    columns = ("In", "Done", "Open at its end")
    return Table("backlog", "Open work over thirteen weeks", "Week to", columns, tuple(rows))


def _cells(items: Sequence[ItemFacts], begins: datetime, ends: datetime) -> tuple[Figure, ...]:
    came = [one for one in items if one.history.opened_at <= ends]
    standings = [(one.number, one.history.standing(ends)) for one in came]
    return (
        count(one.number for one in came if one.history.opened_at > begins),
        count(number for number, at in standings if at.state is ItemState.RESOLVED and at.since > begins),
        count(number for number, at in standings if at.state in _UNDONE),
    )
