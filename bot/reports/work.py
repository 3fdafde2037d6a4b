"""Work by queue, category and customer: what came in, was done, is open, late, and about to be late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.clock import Clock, ClockState
from bot.desk.history import Standing
from bot.desk.sla import ClockKind
from bot.desk.work_item import ItemState
from bot.reports.facts import Facts, ItemFacts
from bot.reports.report import Entry, Figure, Measure, Row, Table, count

# What is due within this of the clock on the wall is about to be late.
SOON = timedelta(hours=2)
COLUMNS = ("In", "Done", "Open", "Late", "Due soon")
_UNDONE = (ItemState.OPEN, ItemState.WAITING)
_LIVES = (ClockState.RUNNING, ClockState.PAUSED)
_ANSWERED = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)


@dataclass(frozen=True, slots=True)
class Work:
    """One item with the columns that it belongs to."""

    facts: ItemFacts
    standing: Standing
    columns: frozenset[str]


def work_of(facts: Facts) -> list[Work]:
    """The items that are somebody's work. A reminder that nobody answered yet is our own mail, not work."""
    return [
        Work(one, standing, _columns(one, standing, facts.since, facts.as_of))
        for one in facts.items
        if not _is_unanswered_reminder(one)
        for standing in [one.history.standing(facts.as_of)]
    ]


def work_table(
    slug: str, title: str, first: str, work: Iterable[Work], key: Callable[[Work], str], note: str = ""
) -> Table:
    """One row for each key, the latest work first."""
    groups: dict[str, list[Work]] = {}
    for one in work:
        if one.columns:
            groups.setdefault(key(one), []).append(one)
    rows = [Row(name, work_cells(many)) for name, many in groups.items()]
    return Table(slug, title, first, COLUMNS, tuple(sorted(rows, key=_latest_first)), note)


def work_cells(work: Sequence[Work]) -> tuple[Figure, ...]:
    return tuple(count(one.facts.number for one in work if column in one.columns) for column in COLUMNS)


def _latest_first(row: Row) -> tuple[int, int, int, str]:
    late, undone, came_in = (row.cells[COLUMNS.index(column)] for column in ("Late", "Open", "In"))
    return -_size(late), -_size(undone), -_size(came_in), row.name


def _size(cell: object) -> int:
    return len(cell.entries) if isinstance(cell, Figure) else 0


def response_table(facts: Facts, work: Sequence[Work]) -> Table:
    """How long answers took in business time, over the clocks that stopped in the time of the report."""
    rows = []
    for kind in _ANSWERED:
        ended = [
            (one.standing.category, one.facts.number, clock)
            for one in work
            for clock in one.facts.clocks
            if clock.kind is kind and clock.stopped_at is not None and facts.since < clock.stopped_at <= facts.as_of
        ]
        rows.append(_response_row(kind.spoken, ended))
        for category in sorted({category for category, _, _ in ended}):
            mine = [row for row in ended if row[0] == category]
            name = facts.titles.get(category, category)
            rows.append(_response_row(f"{kind.spoken}: {name}", mine))
    columns = ("Items", "Median", "90 % within", "Target (median)", "In time")
    note = "Business time by the calendars. The target is the median of what was promised for the same items."
    return Table("response", "How long answers took", "Promise", columns, tuple(rows), note)


def _response_row(name: str, ended: Sequence[tuple[str, str, Clock]]) -> Row:
    used = tuple(Entry(number, clock.used) for _, number, clock in ended)
    allowed = tuple(Entry(number, clock.budget) for _, number, clock in ended)
    kept = tuple(Entry(number, clock.state is ClockState.MET) for _, number, clock in ended)
    cells = (
        count(one.thing for one in used),
        Figure(Measure.MEDIAN, used),
        Figure(Measure.P90, used),
        Figure(Measure.MEDIAN, allowed),
        Figure(Measure.SHARE, kept),
    )
    return Row(name, cells)


def oldest_table(work: Iterable[Work], titles: Mapping[str, str], told: Callable[[datetime], str]) -> Table:
    """The ten items that are open for longest. `told` writes a moment for people."""
    undone = sorted((one for one in work if "Open" in one.columns), key=lambda one: one.facts.history.opened_at)
    rows = [
        Row(
            one.facts.number,
            (
                told(one.facts.history.opened_at),
                one.facts.customer_name or one.facts.history.customer_number or "unknown",
                titles.get(one.standing.category, one.standing.category),
                one.standing.state.value,
                "late" if "Late" in one.columns else "",
            ),
            one.facts.number,
        )
        for one in undone[:10]
    ]
    columns = ("Open since", "Customer", "Category", "State", "Promise")
    return Table("oldest", "The ten oldest open items", "Item", columns, tuple(rows))


def _is_unanswered_reminder(one: ItemFacts) -> bool:
    return len(one.history.standings) == 1 and one.history.standings[0].state is ItemState.WAITING


def _columns(one: ItemFacts, standing: Standing, since: datetime, as_of: datetime) -> frozenset[str]:
    found = {"In"} if since < one.history.opened_at <= as_of else set()
    if standing.state is ItemState.RESOLVED and since < standing.since <= as_of:
        found.add("Done")
    if standing.state in _UNDONE:
        found.add("Open")
        living = [clock for clock in one.clocks if clock.state in _LIVES]
        if any(clock.is_late for clock in living):
            found.add("Late")
        elif any(_is_near(clock, as_of) for clock in living):
            found.add("Due soon")
    return frozenset(found)


def _is_near(clock: Clock, as_of: datetime) -> bool:
    return clock.state is ClockState.RUNNING and clock.due_at is not None and clock.due_at - as_of <= SOON
