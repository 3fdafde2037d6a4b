"""The record of what was done."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from bot.desk.record import RecordEntry
from bot.store.statement import Statement
from bot.store.tables import record

_ADD_RECORD = Statement(insert(record))


class SqlRecord:
    """See `repositories.Record`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added: list[RecordEntry] = []

    def add(self, entry: RecordEntry) -> None:
        self._added.append(entry)

    def newest_of(self, subject: str) -> RecordEntry | None:
        query = select(record).where(record.c.subject == subject).order_by(record.c.id.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return RecordEntry(row.at, row.who, row.what, row.subject, row.before, row.after) if row is not None else None

    def write(self) -> None:
        """Write what was added, in its order and at once: a batch of mail adds a hundred entries."""
        rows = [
            {
                "at": entry.at,
                "who": entry.who,
                "what": entry.what,
                "subject": entry.subject,
                "before": dict(entry.before),
                "after": dict(entry.after),
            }
            for entry in self._added
        ]
        self._added.clear()
        _ADD_RECORD.run_many(self._connection, rows)
