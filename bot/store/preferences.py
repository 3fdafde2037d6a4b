"""How each person wants to see the page."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.desk.preferences import Preferences, Theme
from bot.store.user_tables import preference

_GET = select(preference.c.theme, preference.c.time_zone).where(preference.c.user_name == bindparam("person"))


class SqlPreferences:
    """See `user_repositories.KeptPreferences`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person: str) -> Preferences:
        row = self._connection.execute(_GET, {"person": person}).one_or_none()
        return Preferences(Theme(row.theme), row.time_zone) if row is not None else Preferences()

    def save(self, person: str, preferences: Preferences) -> None:
        values = {"theme": preferences.theme, "time_zone": preferences.time_zone}
        changed = self._connection.execute(
            update(preference).where(preference.c.user_name == person).values(**values)
        ).rowcount
        if not changed:
            self._connection.execute(insert(preference).values(user_name=person, **values))
