"""Business time: the shifts of a team or of several, and how much of a span falls into them.

Everything is counted on the line of UTC in whole microseconds; wall clocks decide only where a shift begins and ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.errors import RuleViolationError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
# A calendar that has no hours for so many years has none at all; the search for the next ones must end.
_EMPTY_YEARS = 3


@dataclass(frozen=True, slots=True)
class Hours:
    """From and to in seconds after midnight of the day on which the shift begins; `ends` may lie in the next day.

    `breaks` are spans of the same kind within it.
    """

    starts: int
    ends: int
    breaks: tuple[tuple[int, int], ...] = ()


# What a year takes off: the day, and why.
DaysOff = Callable[[int], Mapping[date, str]]


def no_days_off(_year: int) -> Mapping[date, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Team:
    """Who works when. `week` holds the shifts of Monday to Sunday, `own_days` replaces those of single days.

    A day off takes the whole shift that begins on it, also what of it lies after midnight. On which day a shift begins
    is told by `served_zone`: a night shift far away keeps the holidays of the customers it serves.
    """

    name: str
    zone: ZoneInfo
    week: tuple[tuple[Hours, ...], ...]
    days_off: DaysOff = no_days_off
    own_days: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    served_zone: ZoneInfo | None = None

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """The shifts that begin on this day of the team's own zone."""
        own = self.own_days.get(day)
        if own is not None:
            return own
        return tuple(one for one in self.week[day.weekday()] if not self.day_off(day, one))

    def day_off(self, day: date, hours: Hours) -> str:
        """Why this shift is not worked, "" where it is."""
        served = day
        if self.served_zone is not None:
            begins = first_instant(_wall(day, hours.starts), self.zone)
            served = begins.astimezone(self.served_zone).date()
        return self.days_off(served.year).get(served, "")


@dataclass(frozen=True, slots=True)
class _Year:
    """The working spans of one UTC year, apart and in order, and how much was worked before each.

    `day_ends` are the last ends of the working days of that year, by the customers' days.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    day_ends: Sequence[int]


@dataclass(frozen=True, slots=True)
class Calendar:
    """One team or several: where two work at the same time, time is counted once."""

    slug: str
    teams: tuple[Team, ...]
    # Years already laid out. They follow from the teams, so two equal calendars differ in nothing that matters.
    _years: dict[int, _Year] = field(default_factory=dict, compare=False, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this calendar's days are told: that of the customers of its first team."""
        return self.teams[0].served_zone or self.teams[0].zone

    def year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = _lay_out(self, number)
        return self._years[number]


def business_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much of the span is worked. Zero where it ends before it starts."""
    first, last = _ticks(start), _ticks(end)
    if last <= first:
        return timedelta(0)
    years = range(_moment(first).year, _moment(last).year + 1)
    return _TICK * sum(_used(calendar.year(one), last) - _used(calendar.year(one), first) for one in years)


def after_business_time(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The first instant at which this much business time since `start` is used up: the inverse of business_time."""
    left = span // _TICK
    if left <= 0:
        return start
    at, number, empty = _ticks(start), start.astimezone(UTC).year, 0
    while empty < _EMPTY_YEARS:
        year = calendar.year(number)
        used, total = _used(year, at), year.before[-1]
        if total - used >= left:
            place = bisect_right(year.before, used + left - 1) - 1
            return _moment(year.starts[place] + used + left - year.before[place])
        left -= total - used
        number += 1
        empty = 0 if total else empty + 1
        at = _ticks(datetime(number, 1, 1, tzinfo=UTC))
    raise RuleViolationError(f"the calendar {calendar.slug} has no working hours after {start:%Y-%m-%d}")


def end_of_day(calendar: Calendar, start: datetime, least: timedelta = timedelta(0)) -> datetime:
    """When the working day ends that `start` falls into, or else the next one that has `least` business time left.

    A night shift is one day from its beginning to its end, whatever midnight it crosses.
    """
    wanted = max(least, _TICK)
    first = start.astimezone(calendar.zone).year
    # The shift of New Year's Eve may still be going on.
    for number in range(first - 1, first + _EMPTY_YEARS):
        ends = calendar.year(number).day_ends
        for place in range(bisect_right(ends, _ticks(start)), len(ends)):
            if business_time(calendar, start, _moment(ends[place])) >= wanted:
                return _moment(ends[place])
    raise RuleViolationError(f"the calendar {calendar.slug} has no working day after {start:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a span, worked or not, and why."""

    starts_at: datetime
    ends_at: datetime
    is_worked: bool
    why: str


def stretches(calendar: Calendar, start: datetime, end: datetime) -> list[Stretch]:
    """The whole span in parts without a gap: working hours, and between them why nobody works."""
    found: list[Stretch] = []
    at = start
    for part in _worked(calendar, _ticks(start), _ticks(end)):
        begins, ends = _moment(part.starts), _moment(part.ends)
        found += _unworked(calendar, at, begins)
        found.append(Stretch(begins, ends, is_worked=True, why="working hours"))
        at = ends
    return found + (_unworked(calendar, at, end) if end > at else [])


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clock on the wall shows this naive time, or a later one where it skips it."""
    first = wall.replace(tzinfo=zone)
    second = first.replace(fold=1)
    late, early = first.astimezone(UTC), second.astimezone(UTC)
    if late <= early:
        # An ordinary time, or one that comes twice: fold 0 is the first of the two.
        return late
    # The clock jumps over it. The jump lies between the two readings, and is found to the second.
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            late = middle
        else:
            early = middle
    return late


def _unworked(calendar: Calendar, start: datetime, end: datetime) -> list[Stretch]:
    if end <= start:
        return []
    return [Stretch(start, end, is_worked=False, why=_why_unworked(calendar, start, end))]


def _why_unworked(calendar: Calendar, start: datetime, end: datetime) -> str:
    """The names of the days off that lie in it, else a break, else a weekend or a night."""
    names = dict.fromkeys(
        _why_not(team, day, hours)
        for team in calendar.teams
        for day in _dates(start.astimezone(team.zone).date() - _DAY, end.astimezone(team.zone).date())
        for hours in team.week[day.weekday()]
        if _overlaps(_span(team, day, hours), start, end)
    )
    off = [name for name in names if name != "break"]
    if off:
        return ", ".join(off)
    if names:
        return "break"
    return "no working day" if end - start > _DAY else "outside working hours"


def _why_not(team: Team, day: date, hours: Hours) -> str:
    return "own hours of this day" if day in team.own_days else team.day_off(day, hours) or "break"


def _overlaps(span: tuple[datetime, datetime], start: datetime, end: datetime) -> bool:
    return span[0] < end and span[1] > start


@dataclass(frozen=True, slots=True)
class _Part:
    starts: int
    ends: int


def _worked(calendar: Calendar, start: int, end: int) -> Iterator[_Part]:
    if end <= start:
        return
    for number in range(_moment(start).year, _moment(end).year + 1):
        year = calendar.year(number)
        place = max(bisect_right(year.starts, start) - 1, 0)
        while place < len(year.starts) and year.starts[place] < end:
            begins, ends = max(year.starts[place], start), min(year.ends[place], end)
            if begins < ends:
                yield _Part(begins, ends)
            place += 1


def _used(year: _Year, at: int) -> int:
    """How much of the year's business time lies before `at`."""
    place = bisect_right(year.starts, at) - 1
    if place < 0:
        return 0
    return year.before[place] + min(at, year.ends[place]) - year.starts[place]


def _lay_out(calendar: Calendar, number: int) -> _Year:
    first, last = _ticks(datetime(number, 1, 1, tzinfo=UTC)), _ticks(datetime(number + 1, 1, 1, tzinfo=UTC))
    spans: list[tuple[int, int]] = []
    day_ends: dict[date, int] = {}
    # No zone is more than a day from UTC, and no shift longer than one.
    for day in _dates(date(number, 1, 1) - 3 * _DAY, date(number, 12, 31) + 2 * _DAY):
        for team in calendar.teams:
            for hours in team.hours_of(day):
                parts = list(_parts(team, day, hours))
                spans += parts
                # By the customers' day: what two teams work on it is one day, and so is what a pause divides.
                key = _moment(parts[0][0]).astimezone(calendar.zone).date()
                if key.year == number:
                    day_ends[key] = max(day_ends.get(key, 0), parts[-1][1])
    joined = _joined((max(begins, first), min(ends, last)) for begins, ends in spans)
    lengths = [ends - begins for begins, ends in joined]
    return _Year(
        [begins for begins, _ in joined],
        [ends for _, ends in joined],
        [0, *accumulate(lengths)],
        sorted(day_ends.values()),
    )


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order and apart: what overlaps or touches is one."""
    found: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if begins >= ends:
            continue
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _parts(team: Team, day: date, hours: Hours) -> Iterator[tuple[int, int]]:
    """The shift without its breaks."""
    marks = [hours.starts, *(mark for pause in sorted(hours.breaks) for mark in pause), hours.ends]
    instants = [_ticks(first_instant(_wall(day, mark), team.zone)) for mark in marks]
    yield from zip(instants[::2], instants[1::2], strict=True)


def _span(team: Team, day: date, hours: Hours) -> tuple[datetime, datetime]:
    return first_instant(_wall(day, hours.starts), team.zone), first_instant(_wall(day, hours.ends), team.zone)


def _wall(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + count * _DAY for count in range((last - first).days + 1))


def _ticks(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"business time needs aware times, not {at!r}")
    return (at - _EPOCH) // _TICK


def _moment(ticks: int) -> datetime:
    return _EPOCH + _TICK * ticks
