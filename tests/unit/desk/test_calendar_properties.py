"""Business time against a slow count by the minute: any shifts, several zones, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.calendar import Calendar, Hours, Team, after_business_time, business_time, end_of_day, stretches
from tests.unit.desk.calendars import ALL, make_team, slow_count

ZONES = ("America/New_York", "Asia/Karachi", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
# Around each of these some zone's clocks change, or a year ends.
MARKS = (
    datetime(2026, 3, 8, tzinfo=UTC),
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 4, 5, tzinfo=UTC),
    datetime(2026, 10, 4, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 11, 26, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
)
DAY_MINUTES = 24 * 60

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.builds(
    lambda mark, seconds: mark + timedelta(seconds=seconds),
    st.sampled_from(MARKS),
    st.integers(-2 * 86400, 2 * 86400),
)
spans = st.integers(0, 36 * 3600).map(lambda seconds: timedelta(seconds=seconds))
days_off = st.sets(st.dates(date(2026, 10, 1), date(2027, 1, 3)), max_size=8)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    starts = draw(st.integers(0, DAY_MINUTES - 1))
    length = draw(st.integers(1, DAY_MINUTES))
    if length < 4 or draw(st.booleans()):
        return Hours(starts * 60, (starts + length) * 60)
    begins = draw(st.integers(starts + 1, starts + length - 2))
    ends = draw(st.integers(begins + 1, starts + length - 1))
    return Hours(starts * 60, (starts + length) * 60, ((begins * 60, ends * 60),))


@st.composite
def teams(draw: st.DrawFn) -> Team:
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    holidays = dict.fromkeys(draw(days_off), "off")
    served = draw(st.none() | zones)
    shifts = tuple(draw(st.lists(hours(), min_size=1, max_size=2)))
    return make_team(draw(zones), shifts, weekdays=tuple(weekdays), holidays=holidays, served_zone=served)


any_calendar = st.lists(teams(), min_size=1, max_size=2).map(lambda made: Calendar("any", tuple(made)))
calendars = any_calendar | st.sampled_from(ALL)
# The same examples in every run: a failure on one machine is a failure on all.
fixed = settings(derandomize=True, deadline=None, database=None)


@settings(fixed, max_examples=100)
@given(calendars, moments, spans)
def test_business_time_is_what_the_slow_count_counts(calendar: Calendar, start: datetime, span: timedelta) -> None:
    assert business_time(calendar, start, start + span) == slow_count(calendar, start, start + span)


@settings(fixed, max_examples=150)
@given(calendars, moments, st.integers(1, 40 * 3600))
def test_the_inverse_gives_the_first_instant_at_which_the_time_is_used_up(
    calendar: Calendar, start: datetime, seconds: int
) -> None:
    span = timedelta(seconds=seconds)
    found = after_business_time(calendar, start, span)
    assert business_time(calendar, start, found) == span
    assert business_time(calendar, start, found - timedelta(microseconds=1)) < span


@settings(fixed, max_examples=150)
@given(calendars, moments, spans, spans)
def test_two_spans_together_are_their_sum(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    whole = business_time(calendar, start, end)
    assert whole == business_time(calendar, start, middle) + business_time(calendar, middle, end)


@settings(fixed, max_examples=100)
@given(calendars, moments, spans)
def test_the_parts_cover_the_span_without_a_gap_and_add_up(
    calendar: Calendar, start: datetime, span: timedelta
) -> None:
    parts = stretches(calendar, start, start + span)
    edges = [start, *(part.ends_at for part in parts)]
    assert [part.starts_at for part in parts] == edges[:-1]
    assert edges[-1] == start + span
    worked = sum((part.ends_at - part.starts_at for part in parts if part.is_worked), timedelta(0))
    assert worked == business_time(calendar, start, start + span)


@settings(fixed, max_examples=100)
@given(st.sampled_from(ALL), moments)
def test_nobody_works_right_after_the_end_of_a_day_unless_around_the_clock(calendar: Calendar, start: datetime) -> None:
    ends = end_of_day(calendar, start)
    assert ends > start
    assert business_time(calendar, ends - timedelta(seconds=1), ends) == timedelta(seconds=1)
    if calendar.slug not in ("around", "graveyard"):
        assert business_time(calendar, ends, ends + timedelta(minutes=1)) == timedelta(0)
