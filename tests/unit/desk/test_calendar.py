"""Business time, by a table of cases that a person worked out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk.calendar import Calendar, Hours, after_business_time, business_time, end_of_day, first_instant, stretches
from bot.errors import RuleViolationError
from tests.unit.desk import calendars as c
from tests.unit.desk.calendars import HOUR, NEW_YORK, make_team, slow_count

PK, UK = c.KARACHI, c.LONDON


def at(text: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def span(text: str) -> timedelta:
    hours, minutes, seconds = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


# calendar, from, to (in New York unless told), business time, why
CASES: list[tuple[Calendar, datetime, datetime, str, str]] = [
    (c.OFFICE, at("2026-11-24 08:00"), at("2026-11-24 17:00"), "9:00:00", "a whole day"),
    (c.OFFICE, at("2026-11-24 07:00"), at("2026-11-24 18:00"), "9:00:00", "what lies before and after counts nothing"),
    (c.OFFICE, at("2026-11-24 10:15:30"), at("2026-11-24 10:15:31"), "0:00:01", "one second"),
    (c.OFFICE, at("2026-11-24 16:59:59"), at("2026-11-25 08:00:01"), "0:00:02", "a second on each side of the night"),
    (c.OFFICE, at("2026-11-24 17:00"), at("2026-11-25 08:00"), "0:00:00", "a night"),
    (c.OFFICE, at("2026-11-24 12:00"), at("2026-11-24 12:00"), "0:00:00", "no time at all"),
    (c.OFFICE, at("2026-11-24 12:00"), at("2026-11-24 11:00"), "0:00:00", "an end before the start"),
    (c.OFFICE, at("2026-11-20 16:00"), at("2026-11-23 09:00"), "2:00:00", "a weekend between"),
    (c.OFFICE, at("2026-11-21 10:00"), at("2026-11-22 10:00"), "0:00:00", "all on a weekend"),
    (c.OFFICE, at("2026-11-25 16:00"), at("2026-11-27 09:00"), "2:00:00", "Thanksgiving between"),
    (c.OFFICE, at("2026-11-26 08:00"), at("2026-11-26 17:00"), "0:00:00", "Thanksgiving itself"),
    (c.OFFICE, at("2026-12-31 16:30"), at("2027-01-04 08:30"), "1:00:00", "New Year's Day, then a weekend"),
    (c.OFFICE, at("2026-11-16 00:00"), at("2026-11-23 00:00"), "45:00:00", "a week of five days"),
    (c.OFFICE, at("2026-12-21 00:00"), at("2026-12-28 00:00"), "36:00:00", "a week with Christmas Day"),
    (c.OFFICE, at("2026-03-06 16:00"), at("2026-03-09 09:00"), "2:00:00", "the clocks go forward at the weekend"),
    (c.OFFICE, at("2026-10-30 16:00"), at("2026-11-02 09:00"), "2:00:00", "the clocks go back at the weekend"),
    (c.LUNCH, at("2026-11-24 08:00"), at("2026-11-24 17:00"), "8:00:00", "a day with a break"),
    (c.LUNCH, at("2026-11-24 11:45"), at("2026-11-24 13:15"), "0:30:00", "across the break"),
    (c.LUNCH, at("2026-11-24 12:10"), at("2026-11-24 12:50"), "0:00:00", "within the break"),
    (c.SPLIT, at("2026-11-24 11:00"), at("2026-11-24 15:00"), "2:00:00", "two shifts in a day"),
    (c.NIGHT, at("2026-11-24 20:00", PK), at("2026-11-25 05:00", PK), "9:00:00", "a shift across midnight"),
    (
        c.NIGHT,
        at("2026-11-25 00:00", PK),
        at("2026-11-25 08:00", PK),
        "5:00:00",
        "what is left after midnight",
    ),
    (c.NIGHT, at("2026-11-24 10:00"), at("2026-11-24 19:00"), "9:00:00", "the same shift by the customers' clock"),
    (
        c.NIGHT,
        at("2026-11-28 00:00", PK),
        at("2026-11-28 05:00", PK),
        "5:00:00",
        "Friday's shift on Saturday",
    ),
    (c.NIGHT, at("2026-11-28 05:00", PK), at("2026-11-30 20:00", PK), "0:00:00", "its weekend"),
    (c.NIGHT, at("2026-11-26 20:00", PK), at("2026-11-27 05:00", PK), "0:00:00", "Thanksgiving, whole shift"),
    (
        c.NIGHT,
        at("2026-11-25 20:00", PK),
        at("2026-11-26 05:00", PK),
        "9:00:00",
        "the shift of the day before",
    ),
    (c.NIGHT, at("2026-03-06 10:00"), at("2026-03-06 19:00"), "9:00:00", "before the customers' clocks change"),
    (c.NIGHT, at("2026-03-09 10:00"), at("2026-03-09 19:00"), "8:00:00", "after it: the shift begins at 11 for them"),
    (c.NIGHT, at("2026-03-09 11:00"), at("2026-03-09 20:00"), "9:00:00", "and ends at 20"),
    (c.NIGHT, at("2026-10-30 11:00"), at("2026-11-02 19:00"), "18:00:00", "two shifts around the way back"),
    (c.NIGHT_BREAK, at("2026-11-24 20:00", PK), at("2026-11-25 05:00", PK), "8:00:00", "a break at midnight"),
    (c.NIGHT_BREAK, at("2026-11-25 00:10", PK), at("2026-11-25 00:50", PK), "0:00:00", "within that break"),
    (c.BOTH, at("2026-11-24 00:00"), at("2026-11-25 00:00"), "11:00:00", "two teams from 8 to 19, counted once"),
    (c.BOTH, at("2026-07-14 00:00"), at("2026-07-15 00:00"), "12:00:00", "in summer from 8 to 20"),
    (c.BOTH, at("2026-11-26 00:00"), at("2026-11-27 00:00"), "0:00:00", "both keep Thanksgiving"),
    (c.AROUND, at("2026-03-08 00:00"), at("2026-03-09 00:00"), "23:00:00", "the short day"),
    (c.AROUND, at("2026-11-01 00:00"), at("2026-11-02 00:00"), "25:00:00", "the long day"),
    (c.AROUND, at("2026-01-01 00:00", UTC), at("2027-01-01 00:00", UTC), "8760:00:00", "a year"),
    (c.GRAVEYARD, at("2026-03-07 20:00"), at("2026-03-08 08:00"), "7:00:00", "a night one hour short"),
    (c.GRAVEYARD, at("2026-10-31 20:00"), at("2026-11-01 08:00"), "9:00:00", "a night one hour long"),
    (c.GRAVEYARD, at("2026-11-01 01:30"), at("2026-11-01 01:30", fold=1), "1:00:00", "the hour that comes twice"),
    (c.IN_THE_GAP, at("2026-03-08 00:00"), at("2026-03-08 12:00"), "7:00:00", "2:30 is skipped: it begins at 3"),
    (c.IN_THE_GAP, at("2026-03-09 00:00"), at("2026-03-09 12:00"), "7:30:00", "the day after it begins at 2:30"),
    (
        c.LONDON_OFFICE,
        at("2026-03-30 09:00", UK),
        at("2026-03-30 17:30", UK),
        "8:30:00",
        "after London's change",
    ),
    (
        c.LONDON_OFFICE,
        at("2026-03-16 05:00"),
        at("2026-03-16 13:30"),
        "8:30:00",
        "New York is on summer time, London not",
    ),
    (c.LONDON_OFFICE, at("2026-03-30 04:00"), at("2026-03-30 12:30"), "8:30:00", "five hours apart again"),
    (c.OWN, at("2026-12-24 00:00"), at("2026-12-25 00:00"), "4:00:00", "own hours on Christmas Eve"),
    (c.OPEN_SATURDAY, at("2026-11-27 17:00"), at("2026-11-30 08:00"), "4:00:00", "a Saturday that is worked"),
]
IDS = [f"{calendar.slug}: {why}" for calendar, *_, why in CASES]


@pytest.mark.parametrize(("calendar", "start", "end", "expected", "why"), CASES, ids=IDS)
def test_business_time(calendar: Calendar, start: datetime, end: datetime, expected: str, why: str) -> None:
    assert business_time(calendar, start, end) == span(expected), why


@pytest.mark.parametrize(("calendar", "start", "end", "expected", "why"), CASES, ids=IDS)
def test_the_slow_count_agrees(calendar: Calendar, start: datetime, end: datetime, expected: str, why: str) -> None:
    if end - start < timedelta(days=20):
        assert slow_count(calendar, start, end) == span(expected), why


AFTER: list[tuple[Calendar, datetime, str, datetime, str]] = [
    (c.OFFICE, at("2026-11-24 16:00"), "1:00:00", at("2026-11-24 17:00"), "ends with the day, not with the next"),
    (c.OFFICE, at("2026-11-24 16:00"), "1:00:01", at("2026-11-25 08:00:01"), "a second more"),
    (c.OFFICE, at("2026-11-25 16:00"), "2:00:00", at("2026-11-27 09:00"), "over Thanksgiving"),
    (c.OFFICE, at("2026-11-21 03:00"), "0:30:00", at("2026-11-23 08:30"), "from a weekend"),
    (c.OFFICE, at("2026-12-31 16:00"), "2:00:00", at("2027-01-04 09:00"), "into the next year"),
    (
        c.NIGHT,
        at("2026-11-25 04:30", PK),
        "1:00:00",
        at("2026-11-25 20:30", PK),
        "from one night to the next",
    ),
    (c.NIGHT, at("2026-11-26 04:00", PK), "2:00:00", at("2026-11-27 21:00", PK), "a night off between"),
    (c.GRAVEYARD, at("2026-03-07 22:00"), "6:00:00", at("2026-03-08 05:00"), "through the hour that is missing"),
    (c.OFFICE, at("2026-11-24 03:00"), "0:00:00", at("2026-11-24 03:00"), "nothing to wait for"),
]


@pytest.mark.parametrize(("calendar", "start", "used", "expected", "why"), AFTER, ids=[row[-1] for row in AFTER])
def test_after_business_time(calendar: Calendar, start: datetime, used: str, expected: datetime, why: str) -> None:
    assert after_business_time(calendar, start, span(used)) == expected, why


DAYS: list[tuple[Calendar, datetime, int, datetime, str]] = [
    (c.OFFICE, at("2026-11-24 10:00"), 0, at("2026-11-24 17:00"), "the same day"),
    (c.OFFICE, at("2026-11-24 17:00"), 0, at("2026-11-25 17:00"), "after its end"),
    (c.OFFICE, at("2026-11-24 16:45"), 30, at("2026-11-25 17:00"), "too little of it left"),
    (c.OFFICE, at("2026-11-25 18:00"), 0, at("2026-11-27 17:00"), "a holiday between"),
    (c.SPLIT, at("2026-11-24 09:00"), 0, at("2026-11-24 18:00"), "the pause does not end the day"),
    (
        c.NIGHT,
        at("2026-11-25 01:00", PK),
        0,
        at("2026-11-25 05:00", PK),
        "after midnight it is still that shift",
    ),
    (c.NIGHT, at("2026-11-25 06:00", PK), 0, at("2026-11-26 05:00", PK), "the next shift"),
    (c.BOTH, at("2026-11-24 16:00"), 0, at("2026-11-24 19:00"), "two teams: until the later one goes"),
    (c.AROUND, at("2026-11-24 23:00"), 0, at("2026-11-25 00:00"), "around the clock: until midnight"),
]


@pytest.mark.parametrize(("calendar", "start", "least", "expected", "why"), DAYS, ids=[row[-1] for row in DAYS])
def test_end_of_day(calendar: Calendar, start: datetime, least: int, expected: datetime, why: str) -> None:
    assert end_of_day(calendar, start, timedelta(minutes=least)) == expected, why


def test_a_span_is_told_in_parts_with_their_reasons() -> None:
    told = [(one.why, one.is_worked) for one in stretches(c.LUNCH, at("2026-11-25 11:00"), at("2026-11-30 09:00"))]
    assert told == [
        ("working hours", True),
        ("break", False),
        ("working hours", True),
        ("Thanksgiving Day", False),
        ("working hours", True),
        ("break", False),
        ("working hours", True),
        ("no working day", False),
        ("working hours", True),
    ]


def test_a_night_is_outside_working_hours() -> None:
    (one,) = stretches(c.OFFICE, at("2026-11-23 18:00"), at("2026-11-24 07:00"))
    assert (one.why, one.is_worked) == ("outside working hours", False)


def test_a_clock_that_skips_a_time_shows_it_at_the_jump() -> None:
    assert first_instant(datetime(2026, 3, 8, 2, 30), NEW_YORK) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)  # noqa: DTZ001
    # Samoa left out a whole day.
    skipped = first_instant(datetime(2011, 12, 30, 12, 0), ZoneInfo("Pacific/Apia"))  # noqa: DTZ001
    assert skipped == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_a_calendar_without_hours_says_so_instead_of_searching_for_ever() -> None:
    empty = Calendar("empty", (make_team(weekdays=()),))
    with pytest.raises(RuleViolationError, match="empty has no working hours"):
        after_business_time(empty, at("2026-11-24 10:00"), timedelta(hours=1))
    with pytest.raises(RuleViolationError, match="empty has no working day"):
        end_of_day(empty, at("2026-11-24 10:00"))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        business_time(c.OFFICE, datetime(2026, 11, 24, 9, 0), at("2026-11-24 10:00"))  # noqa: DTZ001


def test_own_hours_replace_a_holiday() -> None:
    team = make_team(own_days={date(2026, 11, 26): (Hours(9 * HOUR, 11 * HOUR),)})
    assert business_time(Calendar("x", (team,)), at("2026-11-26 00:00"), at("2026-11-27 00:00")) == span("2:00:00")
