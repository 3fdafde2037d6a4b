"""Calendars for tests, and the slow count that business time is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.calendar import Calendar, Hours, Team

HOUR = 3600
DAY_SHIFT = Hours(8 * HOUR, 17 * HOUR)
NEW_YORK = ZoneInfo("America/New_York")
KARACHI = ZoneInfo("Asia/Karachi")
LONDON = ZoneInfo("Europe/London")
HOLIDAYS = {
    date(2026, 11, 26): "Thanksgiving Day",
    date(2026, 12, 25): "Christmas Day",
    date(2027, 1, 1): "New Year's Day",
}


def year_of(holidays: Mapping[date, str], year: int) -> Mapping[date, str]:
    return {day: name for day, name in holidays.items() if day.year == year}


def make_team(
    zone: ZoneInfo = NEW_YORK,
    hours: Hours | tuple[Hours, ...] = DAY_SHIFT,
    *,
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4),
    holidays: Mapping[date, str] = HOLIDAYS,
    own_days: Mapping[date, tuple[Hours, ...]] | None = None,
    served_zone: ZoneInfo | None = None,
) -> Team:
    shifts = hours if isinstance(hours, tuple) else (hours,)
    week = tuple(shifts if day in weekdays else () for day in range(7))
    return Team("team", zone, week, lambda year: year_of(holidays, year), own_days or {}, served_zone)


OFFICE = Calendar("office", (make_team(),))
LUNCH = Calendar("lunch", (make_team(hours=Hours(8 * HOUR, 17 * HOUR, ((12 * HOUR, 13 * HOUR),))),))
NIGHT_TEAM = make_team(KARACHI, Hours(20 * HOUR, 29 * HOUR), served_zone=NEW_YORK)
NIGHT = Calendar("night", (NIGHT_TEAM,))
NIGHT_BREAK = Calendar(
    "night break",
    (make_team(KARACHI, Hours(20 * HOUR, 29 * HOUR, ((24 * HOUR, 25 * HOUR),)), served_zone=NEW_YORK),),
)
BOTH = Calendar("both", (make_team(), NIGHT_TEAM))
AROUND = Calendar("around", (make_team(hours=Hours(0, 24 * HOUR), weekdays=tuple(range(7)), holidays={}),))
GRAVEYARD = Calendar(
    "graveyard", (make_team(hours=Hours(22 * HOUR, 30 * HOUR), weekdays=tuple(range(7)), holidays={}),)
)
IN_THE_GAP = Calendar(
    "gap", (make_team(hours=Hours(2 * HOUR + 1800, 10 * HOUR), weekdays=tuple(range(7)), holidays={}),)
)
SPLIT = Calendar("split", (make_team(hours=(Hours(8 * HOUR, 12 * HOUR), Hours(14 * HOUR, 18 * HOUR))),))
LONDON_OFFICE = Calendar("london", (make_team(LONDON, Hours(9 * HOUR, 17 * HOUR + 1800), holidays={}),))
OWN = Calendar(
    "own", (make_team(own_days={date(2026, 12, 24): (Hours(8 * HOUR, 12 * HOUR),), date(2026, 11, 28): ()}),)
)
OPEN_SATURDAY = Calendar("saturday", (make_team(own_days={date(2026, 11, 28): (Hours(9 * HOUR, 13 * HOUR),)}),))
ALL = (OFFICE, LUNCH, NIGHT, NIGHT_BREAK, BOTH, AROUND, GRAVEYARD, IN_THE_GAP, SPLIT, LONDON_OFFICE, OWN, OPEN_SATURDAY)


def slow_count(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Walk through the span minute by minute and watch the clocks on the teams' walls. Needs hours in whole minutes."""
    total = timedelta(0)
    for minute, is_worked in _minutes(calendar, start, end):
        if is_worked:
            total += max(min(end, minute + timedelta(minutes=1)) - max(start, minute), timedelta(0))
    return total


def _minutes(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, bool]]:
    # The shift that is going on at the start began up to a day before.
    minute = (start.astimezone(UTC) - timedelta(hours=26)).replace(second=0, microsecond=0)
    walls = [_Wall(team) for team in calendar.teams]
    while minute < end:
        # All of them look, also where the first already works.
        working = [wall.is_working(minute) for wall in walls]
        yield minute, any(working)
        minute += timedelta(minutes=1)


class _Wall:
    """A clock on a wall. What it has shown once is past, also where it is put back."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._farthest = datetime.min  # noqa: DTZ901 (a wall clock knows no zone)
        self._begun: dict[tuple[date, Hours], datetime] = {}

    def is_working(self, minute: datetime) -> bool:
        team = self._team
        self._farthest = max(self._farthest, minute.astimezone(team.zone).replace(tzinfo=None))
        today = self._farthest.date()
        return any(
            self._is_on(day, hours, minute)
            for day in (today, today - timedelta(days=1))
            for hours in team.own_days.get(day, team.week[day.weekday()])
        )

    def _is_on(self, day: date, hours: Hours, minute: datetime) -> bool:
        past = self._farthest - datetime.combine(day, datetime.min.time())
        since_midnight = past.days * 24 * HOUR + past.seconds
        if since_midnight < hours.starts:
            return False
        began = self._begun.setdefault((day, hours), minute)
        if since_midnight >= hours.ends or any(one <= since_midnight < other for one, other in hours.breaks):
            return False
        team = self._team
        if day in team.own_days:
            return True
        served = began.astimezone(team.served_zone).date() if team.served_zone else day
        return served not in team.days_off(served.year)
