"""calendars.toml → calendars. Public holidays come from a library that is loaded when a year of them is first asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from bot.desk.calendar import Calendar, Hours, Team
from bot.policies.public_holidays import days_off
from bot.policies.table import Table, ZoneName

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_DAY_SECONDS = 24 * 60 * 60


def _span(value: str) -> tuple[int, int]:
    """Seconds after midnight; an end that is not later than the start lies in the next day."""
    found = _HOURS.fullmatch(value)
    hour, minute, to_hour, to_minute = map(int, found.groups()) if found else (99, 0, 0, 0)
    is_time = hour < 24 and minute < 60 and to_minute < 60 and (to_hour < 24 or (to_hour, to_minute) == (24, 0))
    if not is_time:
        raise ValueError(f"write {value!r} as 08:00-17:00")
    starts, ends = hour * 3600 + minute * 60, to_hour * 3600 + to_minute * 60
    return starts, ends if ends > starts else ends + _DAY_SECONDS


def _hours(value: str) -> str:
    _span(value)
    return value


def _weekdays(value: str) -> str:
    if not all(part in _DAYS for word in value.split(",") for part in word.strip().split("-", 1)):
        raise ValueError("write days as mon-fri or as mon, wed, fri")
    return value


def _place(value: str) -> str:
    if not _PLACE.fullmatch(value):
        raise ValueError(f"write {value!r} as a country or a country and state: US, US-NY, PK")
    return value


HoursText = Annotated[str, AfterValidator(_hours)]


class ShiftTable(Table):
    days: Annotated[str, AfterValidator(_weekdays)] = "mon-fri"
    hours: HoursText
    breaks: tuple[HoursText, ...] = ()


class CalendarTable(Table):
    """A team with shifts of its own, or several teams by name."""

    title: str = ""
    time_zone: ZoneName = "America/New_York"
    shifts: tuple[ShiftTable, ...] = ()
    # Whose days count as holidays, where it is not the team's own zone.
    serves: ZoneName | None = None
    holidays: tuple[Annotated[str, AfterValidator(_place)], ...] = ()
    worked_holidays: tuple[str, ...] = ()
    closed: tuple[date, ...] = ()
    own_hours: dict[date, tuple[HoursText, ...]] = Field(default_factory=dict)
    teams: tuple[str, ...] = ()


def calendars(tables: Mapping[str, CalendarTable], mistakes: list[str]) -> dict[str, Calendar]:
    """Every calendar of the file; what is wrong with one is added to the mistakes."""
    made: dict[str, Calendar] = {}
    for slug, table in tables.items():
        found = list(_mistakes(slug, table, tables))
        mistakes += [f"calendars.toml: {slug}: {mistake}" for mistake in found]
        if not found:
            members = table.teams or (slug,)
            made[slug] = Calendar(slug, tuple(_team(name, tables[name]) for name in members))
    return made


def _mistakes(slug: str, table: CalendarTable, tables: Mapping[str, CalendarTable]) -> Iterator[str]:
    if table.teams:
        if table.shifts:
            yield "teams: a calendar has either teams or shifts of its own"
        strange = [name for name in table.teams if name == slug or name not in tables or tables[name].teams]
        yield from (f"teams: {name!r} is no calendar with shifts of its own" for name in strange)
    elif not table.shifts:
        yield "shifts: it needs at least one, or teams"
    for shift in table.shifts:
        try:
            _shift(shift.hours, shift.breaks)
        except ValueError as error:
            yield f"shifts.breaks: {error}"


def _team(name: str, table: CalendarTable) -> Team:
    week: list[list[Hours]] = [[] for _ in _DAYS]
    for shift in table.shifts:
        for day in _days_of(shift.days):
            week[day].append(_shift(shift.hours, shift.breaks))
    return Team(
        name=table.title or name,
        zone=ZoneInfo(table.time_zone),
        week=tuple(tuple(sorted(hours, key=lambda one: one.starts)) for hours in week),
        days_off=partial(days_off, table.holidays, table.worked_holidays, table.closed),
        own_days={day: tuple(_shift(text, ()) for text in texts) for day, texts in table.own_hours.items()},
        served_zone=ZoneInfo(table.serves) if table.serves else None,
    )


def _shift(hours: str, breaks: Sequence[str]) -> Hours:
    starts, ends = _span(hours)
    inside = []
    for text in breaks:
        begins, finishes = _span(text)
        # A break after midnight belongs to the night shift that began the day before.
        later = _DAY_SECONDS if begins < starts else 0
        if not starts < begins + later < finishes + later < ends:
            raise ValueError(f"{text} does not lie within {hours}")
        inside.append((begins + later, finishes + later))
    inside.sort()
    if any(one[1] > other[0] for one, other in pairwise(inside)):
        raise ValueError(f"the breaks of {hours} overlap")
    return Hours(starts, ends, tuple(inside))


def _days_of(text: str) -> list[int]:
    found: list[int] = []
    for word in text.split(","):
        first, _, last = word.strip().partition("-")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        found += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return found
