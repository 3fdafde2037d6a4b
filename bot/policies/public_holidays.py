"""Public holidays of a year: the adapter of the `holidays` library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import import_module

from bot.errors import SettingsError


def days_off(places: Sequence[str], worked: Sequence[str], closed: Sequence[date], year: int) -> Mapping[date, str]:
    """The holidays of all places without those that are worked, and the days on which the team is closed."""
    found = {day: name for place in reversed(places) for day, name in _holidays(place, year).items()}
    kept = {day: name for day, name in found.items() if not _is_worked(name, worked)}
    return kept | {day: kept.get(day, "closed") for day in closed if day.year == year}


def _is_worked(name: str, worked: Sequence[str]) -> bool:
    # Two holidays on one day are one name with a semicolon; the day is worked only where both are.
    return all(part.strip() in worked for part in name.split(";"))


@lru_cache(maxsize=256)
def _holidays(place: str, year: int) -> Mapping[date, str]:
    country, _, state = place.partition("-")
    # Imported by name: it costs 20 MB, and most commands ask for no calendar.
    library = import_module("holidays")
    try:
        return dict(library.country_holidays(country, subdiv=state or None, years=[year], language="en_US"))
    except NotImplementedError as error:
        raise SettingsError(f"calendars.toml: holidays: {place}: {error}") from None
