"""How well the desk sorts, measured by what staff made of its work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import sqrt

from bot.desk.record import THE_DESK
from bot.desk.verdict import UNSORTED
from bot.desk.work_item import ItemState
from bot.reports.facts import Facts, ItemFacts
from bot.reports.report import Chart, ChartKind, Entry, Figure, Measure, Report, Row, Table, count
from bot.reports.shown import shown

# A difference this many standard errors wide is no chance.
_SURE = 3.0
_BINS = ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01))
_CHARTS = (
    Chart("by-category", ChartKind.BARS, "Right where sorted, and found where there", ("Right", "Found")),
    Chart("calibration", ChartKind.BARS, "How sure the desk was, and how often it was right", ("Said", "Was right")),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One item that mail opened. `truth` is where staff left it, "" where nobody has dealt with it yet."""

    number: str
    opened_at: datetime
    said: str
    best: str
    probability: float
    truth: str

    @property
    def is_sure(self) -> bool:
        return self.said != UNSORTED

    @property
    def is_right(self) -> bool:
        return self.said == self.truth


def sorting_quality(name: str, title: str, facts: Facts, _visible: frozenset[str], _zone: tzinfo) -> Report:
    """The time of the report against the time before it, as far back as the facts reach."""
    everything = [_judged(one, facts.as_of) for one in facts.items if one.sorting is not None]
    now = [one for one in everything if facts.since < one.opened_at <= facts.as_of]
    before = [one for one in everything if facts.history_since < one.opened_at <= facts.since]
    tables = (
        _coverage_table(now),
        _category_table(now, facts),
        _confusion_table(now, facts),
        _calibration_table(now),
        _drift_table(now, before, facts),
    )
    charts = tuple(one for one in _CHARTS if next(table for table in tables if table.slug == one.table).rows)
    return Report(name, title, facts.since, facts.as_of, tables, charts, headlines=_headlines(tables[0]))


def _judged(one: ItemFacts, as_of: datetime) -> Judged:
    history, sorting = one.history, one.sorting
    if sorting is None:
        raise ValueError(f"{one.number} was not opened by mail")
    standing = history.standing(as_of)
    by_person = any(at.by not in ("", THE_DESK) and at.category != UNSORTED for at in history.standings[1:])
    is_dealt_with = bool(history.sent) or standing.state is ItemState.RESOLVED or by_person
    said = history.standings[0].category
    truth = standing.category if is_dealt_with and standing.category != UNSORTED else ""
    return Judged(one.number, history.opened_at, said, sorting.best, sorting.probability, truth)


def _headlines(coverage: Table) -> tuple[str, ...]:
    opened, _, covered, judged, right = (shown(cell) for cell in coverage.rows[0].cells)
    first = f"The desk sorted {covered} of {opened} items that mail opened."
    return (first, f"Staff dealt with {judged} of what it sorted; {right} of it stayed where it was.")


def _coverage_table(now: Sequence[Judged]) -> Table:
    sure = [one for one in now if one.is_sure]
    known = [one for one in sure if one.truth]
    cells = (
        count(one.number for one in now),
        count(one.number for one in sure),
        _share(now, lambda one: one.is_sure),
        count(one.number for one in known),
        _share(known, lambda one: one.is_right),
    )
    columns = ("Opened by mail", "Sorted", "Coverage", "Judged by staff", "Right")
    note = (
        "Judged is what staff answered, resolved, moved or took over. The rest waits for its judge and counts nowhere."
    )
    return Table("coverage", "Coverage", "", columns, (Row("All", cells),), note)


def _category_table(now: Sequence[Judged], facts: Facts) -> Table:
    known = [one for one in now if one.truth]
    rows = []
    for category in sorted({one.truth for one in known} | {one.said for one in known if one.is_sure}):
        said = [one for one in known if one.said == category]
        there = [one for one in known if one.truth == category]
        cells = (
            count(one.number for one in said),
            _share(said, lambda one: one.is_right),
            count(one.number for one in there),
            _share(there, lambda one: one.is_right),
        )
        rows.append(Row(facts.titles.get(category, category), cells))
    columns = ("Sorted there", "Right", "Belonged there", "Found")
    note = "Right is the precision, Found the recall. What the desk left unsorted was not found."
    return Table("by-category", "By category", "Category", columns, tuple(rows), note)


def _confusion_table(now: Sequence[Judged], facts: Facts) -> Table:
    wrong = [one for one in now if one.truth and one.is_sure and not one.is_right]
    pairs = sorted({(one.said, one.truth) for one in wrong})
    rows = [
        Row(
            f"{facts.titles.get(said, said)} → {facts.titles.get(truth, truth)}",
            (count(one.number for one in wrong if (one.said, one.truth) == (said, truth)),),
        )
        for said, truth in pairs
    ]
    return Table("corrections", "What staff corrected", "From → to", ("Items",), tuple(rows))


def _calibration_table(now: Sequence[Judged]) -> Table:
    """By the probability of the best category, also where the desk kept it to itself."""
    known = [one for one in now if one.truth]
    rows = []
    for low, high in _BINS:
        inside = [one for one in known if low <= one.probability < high]
        if inside:
            said = Figure(Measure.MEAN, tuple(Entry(one.number, one.probability) for one in inside))
            right = _share(inside, lambda one: one.best == one.truth)
            name = f"{low * 100:.0f} to {min(high, 1) * 100:.0f} %"
            rows.append(Row(name, (count(one.number for one in inside), said, right)))
    return Table("calibration", "Calibration", "How sure", ("Items", "Said", "Was right"), tuple(rows))


def _drift_table(now: Sequence[Judged], before: Sequence[Judged], facts: Facts) -> Table:
    known_now = [one for one in now if one.is_sure and one.truth]
    known_before = [one for one in before if one.is_sure and one.truth]
    rows = [
        _drift_row("Coverage", _share(now, lambda one: one.is_sure), _share(before, lambda one: one.is_sure)),
        _drift_row(
            "Right", _share(known_now, lambda one: one.is_right), _share(known_before, lambda one: one.is_right)
        ),
    ]
    for category in sorted({one.best for one in (*now, *before)}):
        name = f"Share of {facts.titles.get(category, category)}"
        rows.append(_drift_row(name, _of(now, category), _of(before, category)))
    columns = ("Now", "Before", "Change")
    note = "Before is what the report looks back on. A change is named where chance alone hardly makes it so large."
    return Table("drift", "Drift", "What", columns, tuple(rows), note)


def _of(many: Sequence[Judged], category: str) -> Figure:
    return _share(many, lambda one: one.best == category)


def _drift_row(name: str, now: Figure, before: Figure) -> Row:
    return Row(name, (now, before, _change(now, before)))


def _change(now: Figure, before: Figure) -> str:
    """Two shares compared with the normal approximation of the difference of two proportions."""
    one, other = now.value, before.value
    if not isinstance(one, float) or not isinstance(other, float):
        return "too little to tell"
    sizes = len(now.entries), len(before.entries)
    pooled = (one * sizes[0] + other * sizes[1]) / sum(sizes)
    error = sqrt(pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1]))
    if abs(one - other) <= _SURE * error:
        return "as before"
    return "higher" if one > other else "lower"


def _share(many: Sequence[Judged], is_so: Callable[[Judged], bool]) -> Figure:
    return Figure(Measure.SHARE, tuple(Entry(one.number, is_so(one)) for one in many))
