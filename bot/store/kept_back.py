"""Rows that a transaction keeps back to write them together: that takes a fraction of the time.

Only a batch that was foreseen does so; everywhere else a row is written at once. Whoever asks the tables about such
rows calls `write()` first. Ids are given out before the rows are written, and they are those that the database counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, column, func, insert, select, table

from bot.store import tables as t
from bot.store import task_tables
from bot.store.statement import Statement

# In the order in which they point at each other.
_INSERTS = {
    one: Statement(insert(one))
    for one in (
        t.thread,
        t.message,
        t.work_item,
        t.work_item_message,
        t.draft,
        t.draft_version,
        t.draft_work_item,
        task_tables.thread_number,
    )
}
_NEWEST_IDS = {one: Statement(select(func.max(one.c.id))) for one in (t.thread, t.message, t.draft)}
# SQLite keeps what it counted where a number may never come again.
_COUNTED = Statement(
    select(column("seq")).select_from(table("sqlite_sequence")).where(column("name") == t.work_item.name)
)
_FIRST_ITEM = 1001
_FROM_SEQUENCES = {
    one: Statement(
        select(func.nextval(func.pg_get_serial_sequence(one.name, "id"))).select_from(
            func.generate_series(1, bindparam("count"))
        )
    )
    for one in (t.thread, t.message, t.work_item, t.draft)
}
# People see the numbers of work items, and would ask for those that are left out.
_AT_ONCE = {t.thread: 50, t.message: 50, t.draft: 50, t.work_item: 1}


class KeptBack:
    """The rows of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[dict[str, Any]]] = {one: [] for one in _INSERTS}
        self._changes: dict[Statement, list[dict[str, Any]]] = {}
        self._ids: dict[Table, Iterator[int]] = {}
        self._is_batch = False
        self._has_rows = False

    def begin_batch(self) -> None:
        self._is_batch = True

    def next_id(self, of: Table) -> int:
        """The id for a row that will be added to it in this transaction."""
        ids = self._ids.get(of)
        found = next(ids, None) if ids is not None else None
        if found is None:
            self._ids[of] = ids = iter(self._more_ids(of))
            found = next(ids)
        return found

    def add(self, to: Table, row: dict[str, Any]) -> None:
        """Every row of one table names the same columns."""
        self._rows[to].append(row)
        self._has_rows = True
        if not self._is_batch:
            self.write()

    def change(self, statement: Statement, values: dict[str, Any]) -> None:
        """An update for which nobody waits: it comes after the rows."""
        self._changes.setdefault(statement, []).append(values)
        self._has_rows = True
        if not self._is_batch:
            self.write()

    def kept(self, of: Table, row_id: int) -> dict[str, Any] | None:
        """The row where it is kept back: what is changed in it is written with it."""
        return next((row for row in reversed(self._rows[of]) if row["id"] == row_id), None)

    def write(self) -> None:
        if not self._has_rows:
            return
        for to, rows in self._rows.items():
            _INSERTS[to].run_many(self._connection, rows)
            rows.clear()
        for statement, values in self._changes.items():
            statement.run_many(self._connection, values)
        self._changes.clear()
        self._has_rows = False

    def _more_ids(self, of: Table) -> Sequence[int]:
        if self._connection.dialect.name == "postgresql":
            count = _AT_ONCE[of] if self._is_batch else 1
            return _FROM_SEQUENCES[of].scalars(self._connection, {"count": count})
        # Its one writer is this transaction, and nothing of this table is kept back before its first id.
        if of is t.work_item:
            newest = _COUNTED.scalar(self._connection, {}) or _FIRST_ITEM - 1
        else:
            newest = _NEWEST_IDS[of].scalar(self._connection, {}) or 0
        at_most = 1_000_000_000
        return range(newest + 1, newest + at_most)
