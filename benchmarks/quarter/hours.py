"""The working hours of the slow model, minute by minute and by hand: it reads no calendar of the desk."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta

from benchmarks.quarter.script import DAYS, FIRST, NEW_YORK

# Written down by hand: the federal holidays of the quarter, and the days on which the shipped calendars are closed.
CLOSED = {
    date(2026, 9, 7),
    date(2026, 10, 12),
    date(2026, 11, 11),
    date(2026, 11, 26),
    date(2026, 11, 27),
    date(2026, 12, 24),
    date(2026, 12, 25),
    date(2027, 1, 1),
}
LEAST = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)
# The night shift is written in Karachi, which is five hours ahead of UTC all year: 20 to 24, and 1 to 5.
_NIGHT = (range(15 * 60, 19 * 60), range(20 * 60, 24 * 60))
_OFFICE = (range(8 * 60, 12 * 60), range(13 * 60, 17 * 60))


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED


def day_ends(at: datetime) -> datetime:
    """Both calendars end their day with the night shift, at five in Karachi, which is midnight in UTC all year."""
    day = at.date()
    while True:
        ends = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        if is_workday(day) and ends - at >= LEAST:
            return ends
        day += timedelta(days=1)


def workdays_ended(since: datetime, now: datetime) -> int:
    """How many working days ended after `since` and by `now`."""
    day, count = since.date(), 0
    while (ends := datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)) <= now:
        count += is_workday(day) and ends > since
        day += timedelta(days=1)
    return count


class Minutes:
    """Every minute on which somebody works, in order."""

    def __init__(self, *, with_office: bool) -> None:
        found: set[datetime] = set()
        for number in range(-7, DAYS + 21):
            day = FIRST + timedelta(days=number)
            if not is_workday(day):
                continue
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            found |= {midnight + minute * _MINUTE for span in _NIGHT for minute in span}
            if with_office:
                local = datetime(day.year, day.month, day.day, 8, tzinfo=NEW_YORK).astimezone(UTC)
                found |= {local + (minute - 8 * 60) * _MINUTE for span in _OFFICE for minute in span}
        self._worked = sorted(found)

    def between(self, begins: datetime, ends: datetime) -> timedelta:
        return (bisect_left(self._worked, ends) - bisect_left(self._worked, begins)) * _MINUTE

    def after(self, begins: datetime, used: timedelta) -> datetime:
        """When so much has been worked since; `begins` is a whole minute."""
        first = bisect_left(self._worked, begins)
        whole, rest = divmod(used, _MINUTE)
        return self._worked[first + whole] + rest if rest else self._worked[first + whole - 1] + _MINUTE


def first_at_or_after(rounds: list[datetime], at: datetime) -> datetime | None:
    place = bisect_left(rounds, at)
    return rounds[place] if place < len(rounds) else None
