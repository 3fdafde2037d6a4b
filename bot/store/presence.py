"""Who is at which work item."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from bot.desk.presence import Presence
from bot.store.presence_tables import presence


class SqlPresence:
    """See `search_repositories.Presences`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def at(self, item_id: int) -> Sequence[Presence]:
        rows = self._connection.execute(select(presence).where(presence.c.work_item_id == item_id))
        return [Presence(row.user_name, row.is_writing, row.seen_at) for row in rows]

    def renew(self, item_id: int, now: Presence) -> None:
        self.leave(item_id, now.person)
        values = {"user_name": now.person, "is_writing": now.is_writing, "seen_at": now.seen_at}
        self._connection.execute(insert(presence).values(work_item_id=item_id, **values))

    def leave(self, item_id: int, person: str) -> None:
        held = presence.c
        self._connection.execute(delete(presence).where(held.work_item_id == item_id, held.user_name == person))
