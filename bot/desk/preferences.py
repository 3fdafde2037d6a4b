"""How a person wants to see the page. It changes nothing that the desk does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import RuleViolationError


class Theme(StrEnum):
    """SYSTEM follows the person's own computer."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`time_zone` is a name of the tz database; "" is the company's."""

    theme: Theme = Theme.SYSTEM
    time_zone: str = ""

    def zone(self, company: ZoneInfo) -> ZoneInfo:
        return ZoneInfo(self.time_zone) if self.time_zone else company


def chosen(theme: str, time_zone: str) -> Preferences:
    """What a person chose. Raises RuleViolationError."""
    if theme not in set(Theme):
        raise RuleViolationError(f"{theme!r} is no look of the page; choose {', '.join(Theme)}")
    if time_zone and time_zone not in available_timezones():
        raise RuleViolationError(f"{time_zone!r} is no time zone that this machine knows")
    return Preferences(Theme(theme), time_zone)
