"""How the desk kept its promises: what came in, done, open, late and about to be late, and how long answers took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.desk.clock import Clock, ClockState
from bot.desk.history import History
from bot.desk.sla import ClockKind
from bot.desk.work_item import ItemState

# What is due within this of the clock on the wall is about to be late.
SOON = timedelta(hours=2)
_UNDONE = (ItemState.OPEN, ItemState.WAITING)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item as it stood at the moment of the report."""

    number: str
    history: History
    clocks: tuple[Clock, ...]
    customer_name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row: every figure is the list of the items behind it."""

    name: str
    came_in: tuple[str, ...]
    done: tuple[str, ...]
    open: tuple[str, ...]
    late: tuple[str, ...]
    soon: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took in business time, over `items`; None where there are none."""

    items: tuple[str, ...]
    median: timedelta | None
    p90: timedelta | None
    met: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlaSummary:
    since: datetime
    as_of: datetime
    total: Line
    by: Mapping[str, tuple[Line, ...]]
    spreads: Mapping[str, Spread]
    oldest: tuple[tuple[str, datetime], ...]


def sla_summary(
    facts: Sequence[ItemFacts], since: datetime, as_of: datetime, people: frozenset[str] | None
) -> SlaSummary:
    """`people` are those whose own figures the reader may see; None is all of them."""
    groups: Mapping[str, Callable[[ItemFacts], str]] = {
        "queue": lambda one: one.history.standing(as_of).queue,
        "category": lambda one: one.history.standing(as_of).category,
        "person": lambda one: one.history.standing(as_of).assignee,
        "customer": lambda one: one.customer_name or one.history.customer_number or "unknown",
    }
    by = {name: _lines(facts, key, since, as_of) for name, key in groups.items()}
    by["person"] = tuple(line for line in by["person"] if line.name and (people is None or line.name in people))
    undone = [one for one in facts if one.history.standing(as_of).state in _UNDONE]
    oldest = sorted((one.history.opened_at, one.number) for one in undone)[:10]
    return SlaSummary(
        since=since,
        as_of=as_of,
        total=_line("all", facts, since, as_of),
        by=by,
        spreads={kind: _spread(facts, kind, since) for kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)},
        oldest=tuple((number, opened_at) for opened_at, number in oldest),
    )


def _lines(
    facts: Iterable[ItemFacts], key: Callable[[ItemFacts], str], since: datetime, as_of: datetime
) -> tuple[Line, ...]:
    groups: dict[str, list[ItemFacts]] = {}
    for one in facts:
        groups.setdefault(key(one), []).append(one)
    return tuple(_line(name, many, since, as_of) for name, many in sorted(groups.items()))


def _line(name: str, facts: Sequence[ItemFacts], since: datetime, as_of: datetime) -> Line:
    undone = [one for one in facts if one.history.standing(as_of).state in _UNDONE]
    late = [one for one in undone if any(clock.is_late and _lives(clock) for clock in one.clocks)]
    soon = [one for one in undone if one not in late and any(_is_near(clock, as_of) for clock in one.clocks)]
    return Line(
        name,
        _numbers(one for one in facts if one.history.opened_at > since),
        _numbers(one for one in facts if _ended_since(one, since, as_of)),
        _numbers(undone),
        _numbers(late),
        _numbers(soon),
    )


def _ended_since(one: ItemFacts, since: datetime, as_of: datetime) -> bool:
    standing = one.history.standing(as_of)
    return standing.state is ItemState.RESOLVED and standing.since > since


def _lives(clock: Clock) -> bool:
    return clock.state in (ClockState.RUNNING, ClockState.PAUSED)


def _is_near(clock: Clock, as_of: datetime) -> bool:
    return clock.state is ClockState.RUNNING and clock.due_at is not None and clock.due_at - as_of <= SOON


def _spread(facts: Iterable[ItemFacts], kind: ClockKind, since: datetime) -> Spread:
    """Over the clocks of this kind that stopped in the time of the report."""
    ended = [
        (clock.used, one.number, clock.state)
        for one in facts
        for clock in one.clocks
        if clock.kind is kind and clock.stopped_at is not None and clock.stopped_at > since
    ]
    ended.sort(key=lambda row: (row[0], row[1]))
    return Spread(
        tuple(number for _, number, _ in ended),
        _at(ended, 0.5),
        _at(ended, 0.9),
        tuple(number for _, number, state in ended if state is ClockState.MET),
    )


def _at(ended: Sequence[tuple[timedelta, str, ClockState]], share: float) -> timedelta | None:
    """The nearest-rank percentile: a figure that one of the items really has."""
    return ended[max(ceil(share * len(ended)) - 1, 0)][0] if ended else None


def _numbers(facts: Iterable[ItemFacts]) -> tuple[str, ...]:
    return tuple(one.number for one in facts)
