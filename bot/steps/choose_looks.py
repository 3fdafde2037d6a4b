"""A person says how they want to see the page."""

from __future__ import annotations

from bot.desk.preferences import Preferences, chosen
from bot.desk.record import RecordEntry
from bot.ports import Clock
from bot.repositories import Store


def choose_looks(person: str, theme: str, time_zone: str, *, store: Store, clock: Clock) -> Preferences:
    """Raises RuleViolationError for a theme or a zone that there is not."""
    wanted = chosen(theme, time_zone)
    with store.begin() as uow:
        before = uow.preferences.get(person)
        if before != wanted:
            uow.preferences.save(person, wanted)
            uow.record.add(
                RecordEntry(clock.now(), person, "chose_looks", f"user:{person}", _told(before), _told(wanted))
            )
            uow.commit()
    return wanted


def _told(preferences: Preferences) -> dict[str, str]:
    return {"theme": preferences.theme, "time_zone": preferences.time_zone}
