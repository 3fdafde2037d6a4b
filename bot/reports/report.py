"""What a report is made of: tables of figures, each figure worked out from the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

# What one thing of a list contributes; None where being in the list is all that counts.
Value = timedelta | float | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing behind a figure, by its name in the record, such as CD-1042 or draft:7."""

    thing: str
    value: Value = None


class Measure(StrEnum):
    COUNT = "count"
    MEDIAN = "median"
    P90 = "p90"
    SHARE = "share"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is its list: it cannot say anything else."""

    measure: Measure
    entries: tuple[Entry, ...]

    @property
    def value(self) -> int | float | timedelta | None:
        """None where the list is empty and the measure needs something to measure."""
        return measured(self.measure, self.entries)


Cell = Figure | str


@dataclass(frozen=True, slots=True)
class Row:
    """`thing` is what the row itself is about, where it is about one thing that can be opened."""

    name: str
    cells: tuple[Cell, ...]
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are the headings of the cells; `first` is the one above the names of the rows."""

    slug: str
    title: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


class ChartKind(StrEnum):
    LINES = "lines"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Chart:
    """Draws some columns of the table that stands beneath it, so that both always say the same."""

    table: str
    kind: ChartKind
    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a list shows of one entry. `path` is its page, "" where it has none."""

    title: str
    detail: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    title: str
    since: datetime
    as_of: datetime
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    things: Mapping[str, Thing] = field(default_factory=dict, repr=False)
    # One sentence each: what a manager must know before the tables.
    headlines: tuple[str, ...] = ()

    def table(self, slug: str) -> Table:
        return next(one for one in self.tables if one.slug == slug)

    def chart_of(self, slug: str) -> Chart | None:
        return next((one for one in self.charts if one.table == slug), None)


def figures(table: Table) -> Iterator[tuple[Row, str, Figure]]:
    """Every figure with its row and its column."""
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            if isinstance(cell, Figure):
                yield row, column, cell


def count(things: Iterable[str]) -> Figure:
    return Figure(Measure.COUNT, tuple(Entry(one) for one in things))


def measured(measure: Measure, entries: Sequence[Entry]) -> int | float | timedelta | None:
    """The one place where lists become numbers. Raises TypeError where the values do not fit the measure."""
    if measure is Measure.COUNT:
        return len(entries)
    return _MEASURES[measure]([one.value for one in entries]) if entries else None


def _at(share: float) -> Callable[[Sequence[Value]], timedelta]:
    """The nearest-rank percentile: a figure that one of the things really has."""

    def found(values: Sequence[Value]) -> timedelta:
        spans = sorted(one for one in values if isinstance(one, timedelta))
        if len(spans) != len(values):
            raise TypeError("only spans of time have a median")
        return spans[max(ceil(share * len(spans)) - 1, 0)]

    return found


def _share(values: Sequence[Value]) -> float:
    return sum(bool(one) for one in values) / len(values)


def _mean(values: Sequence[Value]) -> float:
    numbers = [one for one in values if isinstance(one, int | float)]
    if len(numbers) != len(values):
        raise TypeError("only numbers have a mean")
    return sum(numbers) / len(numbers)


_MEASURES: Mapping[Measure, Callable[[Sequence[Value]], float | timedelta]] = {
    Measure.MEDIAN: _at(0.5),
    Measure.P90: _at(0.9),
    Measure.SHARE: _share,
    Measure.MEAN: _mean,
}
