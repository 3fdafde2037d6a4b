"""Business days: weekdays that are no holiday."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

_SATURDAY = 5


def is_business_day(day: date, holidays: Container[date] = ()) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def business_day_after(start: date, days: int, holidays: Container[date] = ()) -> date:
    """The day that many business days after `start`, which itself never counts: one after a Saturday is Monday."""
    day = start
    for _ in range(max(days, 1)):
        day += timedelta(days=1)
        while not is_business_day(day, holidays):
            day += timedelta(days=1)
    return day


def business_days_before(day: date, days: int, holidays: Container[date] = ()) -> date:
    """The first of so many business days that end with `day`."""
    found, left = day, days - 1
    while left > 0:
        found -= timedelta(days=1)
        left -= is_business_day(found, holidays)
    return found
