"""calendars.toml: what each key means, what is refused, and where public holidays come from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.desk.calendar import Calendar, Hours, business_time
from bot.errors import SettingsError
from bot.policies.public_holidays import days_off
from bot.settings import load, shipped

NEW_YORK = ZoneInfo("America/New_York")
SHIFT = '[office]\nshifts = [{ days = "mon-fri", hours = "08:00-17:00" }]\n'


def _load(folder: Path, text: str) -> dict[str, Calendar]:
    (folder / "bot.toml").write_text('[company]\nname = "Acme"\ndomains = ["acme.example"]\n')
    (folder / "mailboxes.toml").write_text("")
    (folder / "calendars.toml").write_text(text)
    # The shipped targets and reminders name the shipped calendars.
    (folder / "sla.toml").write_text("")
    (folder / "reminders.toml").write_text("")
    return dict(load(folder, {}).calendars)


def _hours(calendar: Calendar, day: date) -> float:
    midnight = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)
    return business_time(calendar, midnight, midnight + timedelta(days=1)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[office]\n", "office: shifts: it needs at least one, or teams"),
        ('[office]\nshifts = [{ hours = "8-17" }]\n', "office: shifts.0.hours: write '8-17' as 08:00-17:00"),
        ('[office]\nshifts = [{ hours = "08:00-25:00" }]\n', "office: shifts.0.hours: write"),
        ('[office]\nshifts = [{ days = "weekdays", hours = "08:00-17:00" }]\n', "office: shifts.0.days: write days as"),
        ('[office]\nshifts = [{ hours = "08:00-17:00", breaks = ["18:00-19:00"] }]\n', "does not lie within"),
        (
            '[office]\nshifts = [{ hours = "08:00-17:00", breaks = ["09:00-11:00", "10:00-12:00"] }]\n',
            "the breaks of 08:00-17:00 overlap",
        ),
        (SHIFT + 'time_zone = "Mars/Base"\n', "office: time_zone: 'Mars/Base' is no time zone"),
        (SHIFT + 'holidays = ["Utah"]\n', "office: holidays.0: write 'Utah' as a country"),
        (SHIFT + 'teams = ["night"]\n', "office: teams: a calendar has either teams or shifts of its own"),
        (SHIFT + '[both]\nteams = ["office", "night"]\n', "both: teams: 'night' is no calendar with shifts"),
        (SHIFT + "shfts = []\n", "office: shfts: there is no such key"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, text)
    assert "calendars.toml: " in str(caught.value)
    assert told in str(caught.value)


def test_a_night_shift_with_its_break_after_midnight(tmp_path: Path) -> None:
    text = '[night]\ntime_zone = "Asia/Karachi"\nshifts = [{ hours = "20:00-05:00", breaks = ["00:30-01:00"] }]\n'
    (team,) = _load(tmp_path, text)["night"].teams
    assert team.week[0] == (Hours(72000, 104400, ((88200, 90000),)),)
    assert team.week[5] == ()


def test_days_may_wrap_around_the_week(tmp_path: Path) -> None:
    text = '[office]\nshifts = [{ days = "sat-mon, wed", hours = "00:00-24:00" }]\n'
    (team,) = _load(tmp_path, text)["office"].teams
    assert [bool(day) for day in team.week] == [True, False, True, False, False, True, True]


def test_holidays_closed_days_and_own_hours(tmp_path: Path) -> None:
    more = (
        'holidays = ["US", "US-NY"]\nworked_holidays = ["Columbus Day"]\nclosed = [2026-11-27]\n'
        'own_hours = { 2026-12-24 = ["08:00-12:00"], 2026-12-23 = [] }\n'
    )
    office = _load(tmp_path, SHIFT + more)["office"]
    days = {
        date(2026, 11, 26): 0,  # Thanksgiving Day
        date(2026, 11, 3): 0,  # Election Day, in the state of New York alone
        date(2026, 10, 12): 9,  # Columbus Day, which is worked
        date(2026, 11, 27): 0,
        date(2026, 12, 24): 4,
        date(2026, 12, 23): 0,
        date(2026, 12, 22): 9,
    }
    assert {day: _hours(office, day) for day in days} == days


def test_a_state_that_the_library_does_not_know_is_told_with_the_file() -> None:
    with pytest.raises(SettingsError, match=r"calendars.toml: holidays: US-ZZ"):
        days_off(("US-ZZ",), (), (), 2026)


def test_the_shipped_night_shift_serves_the_customers_day() -> None:
    shipped_ones = load(shipped("config"), {}, needs_secrets=False).calendars
    night = shipped_ones["night"]
    # 10:00 to 19:00 in New York in winter, 11:00 to 20:00 in summer, an hour of it a break.
    start = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert business_time(night, start, start + timedelta(hours=9)) == timedelta(hours=8)
    thanksgiving = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    assert business_time(night, thanksgiving, thanksgiving + timedelta(hours=9)) == timedelta(0)
    assert _hours(shipped_ones["desk"], date(2026, 11, 24)) == 11
