"""Running targets of a work item: when each began, when it is due, and every interval that it counts or does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.desk.calendar import Calendar, after_business_time, business_time, first_instant, stretches
from bot.desk.history import History, Standing
from bot.desk.sla import ClockKind, SlaPolicy, budget
from bot.desk.urgency import case_of
from bot.desk.work_item import ItemState

_NOTHING = timedelta(0)
_MIDNIGHT = time()


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clock's life. It runs, unless it tells why it pauses. The last one of a living clock has no end."""

    starts_at: datetime
    ends_at: datetime | None
    pause: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One target as it stands at one moment. `due_at` is None while nobody can tell it, as in a pause without end."""

    kind: ClockKind
    rule: str
    calendar: Calendar = field(repr=False)
    started_at: datetime
    stopped_at: datetime | None
    budget: timedelta
    used: timedelta
    due_at: datetime | None
    state: ClockState
    segments: tuple[Segment, ...] = field(repr=False)

    # After the due moment, also while nobody works: then `late_by` is still nothing.
    is_late: bool = False

    @property
    def late_by(self) -> timedelta:
        return max(self.used - self.budget, _NOTHING)


@dataclass(frozen=True, slots=True)
class Interval:
    """A part of a clock's life with what of it counts, and why."""

    starts_at: datetime
    ends_at: datetime
    counted: timedelta
    why: str


def exact(span: timedelta) -> str:
    """Hours, minutes and seconds, however many hours: 49:30:00."""
    seconds = span // timedelta(seconds=1)
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def clocks_of(history: History, policy: SlaPolicy, now: datetime) -> list[Clock]:
    """Every clock that the item has, by the targets of what it is now."""
    standing = history.standing(now)
    case = case_of(history, standing)
    found: list[Clock] = []
    for kind in ClockKind:
        rule = policy.rule_for(kind, case)
        span = _life(kind, history)
        if rule is None or span is None:
            continue
        segments = tuple(_segments(history, span[0], span[1], rule.calendar))
        allowed = budget(rule.goals[kind], rule.calendar, span[0], policy.least)
        found.append(_clock(kind, rule.name, rule.calendar, segments, allowed, now))
    return found


def reached_at(clock: Clock, used: timedelta) -> datetime | None:
    """When the clock has used up this much, None where it stops or pauses for good before."""
    left = used
    for segment in clock.segments:
        if segment.pause:
            continue
        if segment.ends_at is None:
            return after_business_time(clock.calendar, segment.starts_at, left)
        counted = business_time(clock.calendar, segment.starts_at, segment.ends_at)
        if counted >= left:
            return after_business_time(clock.calendar, segment.starts_at, left)
        left -= counted
    return None


def explain(clock: Clock, now: datetime) -> list[Interval]:
    """The clock's life without a gap. What is counted adds up to `used`."""
    found: list[Interval] = []
    for segment in clock.segments:
        ends = min(segment.ends_at or now, now)
        if ends <= segment.starts_at:
            continue
        if segment.pause:
            found.append(Interval(segment.starts_at, ends, _NOTHING, segment.pause))
            continue
        for part in stretches(clock.calendar, segment.starts_at, ends):
            counted = part.ends_at - part.starts_at if part.is_worked else _NOTHING
            found.append(Interval(part.starts_at, part.ends_at, counted, part.why))
    return found


def _clock(
    kind: ClockKind, rule: str, calendar: Calendar, segments: Sequence[Segment], allowed: timedelta, now: datetime
) -> Clock:
    used = sum((_counted(calendar, one, now) for one in segments if not one.pause), _NOTHING)
    unsettled = Clock(
        kind=kind,
        rule=rule,
        calendar=calendar,
        started_at=segments[0].starts_at,
        stopped_at=segments[-1].ends_at,
        budget=allowed,
        used=used,
        due_at=None,
        state=_state(segments, now),
        segments=tuple(segments),
    )
    due_at = reached_at(unsettled, allowed)
    is_late = due_at is not None and (unsettled.stopped_at or now) > due_at
    state = ClockState.MISSED if is_late and unsettled.state is ClockState.MET else unsettled.state
    return replace(unsettled, due_at=due_at, state=state, is_late=is_late)


def _counted(calendar: Calendar, segment: Segment, now: datetime) -> timedelta:
    return business_time(calendar, segment.starts_at, min(segment.ends_at or now, now))


def _state(segments: Sequence[Segment], now: datetime) -> ClockState:
    if segments[-1].ends_at is not None:
        return ClockState.MET
    current = next((one for one in reversed(segments) if one.starts_at <= now), segments[0])
    return ClockState.PAUSED if current.pause else ClockState.RUNNING


def _life(kind: ClockKind, history: History) -> tuple[datetime, datetime | None] | None:
    """From when to when a clock of this kind lives; None where it has not begun."""
    last = history.standings[-1]
    ended = last.since if last.state in (ItemState.RESOLVED, ItemState.MERGED) else None
    if kind is ClockKind.RESOLUTION:
        return history.opened_at, ended
    if kind is ClockKind.FIRST_RESPONSE:
        return history.opened_at, history.sent[0] if history.sent else ended
    # Each word of ours begins the wait for the next one.
    if not history.sent or (ended is not None and ended < history.sent[-1]):
        return None
    return history.sent[-1], ended


def _segments(history: History, start: datetime, stop: datetime | None, calendar: Calendar) -> Iterator[Segment]:
    """What lies between start and stop, by how the item stood. There is always at least one."""
    if stop is not None and stop <= start:
        yield Segment(start, max(start, stop))
        return
    nexts = [*(one.since for one in history.standings[1:]), None]
    for standing, ends in zip(history.standings, nexts, strict=True):
        begins = max(standing.since, start)
        until = _earlier(ends, stop)
        if until is not None and until <= begins:
            continue
        yield from _of_standing(standing, begins, until, calendar)
        if until == stop and stop is not None:
            return


def _of_standing(standing: Standing, begins: datetime, ends: datetime | None, calendar: Calendar) -> Iterator[Segment]:
    if standing.state is ItemState.OPEN:
        yield Segment(begins, ends)
    elif standing.state is not ItemState.WAITING:
        yield Segment(begins, ends, standing.state)
    elif standing.until is None:
        yield Segment(begins, ends, f"waiting for the customer{_by(standing)}")
    else:
        agreed = first_instant(datetime.combine(standing.until, _MIDNIGHT), calendar.zone)
        why = f"waiting until {standing.until:%Y-%m-%d}{_by(standing)}"
        pause_ends = max(begins, agreed)
        if ends is not None and ends <= pause_ends:
            yield Segment(begins, ends, why)
        else:
            # The agreed day has come, and nobody has to say so for the clock to go on.
            yield from [Segment(begins, pause_ends, why)] if pause_ends > begins else []
            yield Segment(pause_ends, ends)


def _by(standing: Standing) -> str:
    return f", set by {standing.by}" if standing.by else ""


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
