"""Saved filters and canned texts: a person's own, and those that are shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Table, insert, or_, select, update

from bot.desk.canned_text import CannedText
from bot.desk.saved_filter import SavedFilter
from bot.errors import NotFoundError
from bot.store.kept_tables import canned_text, saved_filter

One = TypeVar("One")


class SqlKept(Generic[One]):
    """See `user_repositories.KeptByStaff`. `noun` is what people call one of them."""

    def __init__(
        self,
        connection: Connection,
        table: Table,
        noun: str,
        from_row: Callable[[Row[Any]], One],
        to_values: Callable[[One], Mapping[str, object]],
    ) -> None:
        self._connection = connection
        self._table = table
        self._noun = noun
        self._from_row = from_row
        self._to_values = to_values

    def of(self, person: str) -> Sequence[One]:
        column = self._table.c
        query = select(self._table).where(column.removed_at.is_(None))
        query = query.where(or_(column.owner == person, column.is_shared)).order_by(column.name, column.id)
        return [self._from_row(row) for row in self._connection.execute(query)]

    def get(self, kept_id: int) -> One:
        row = self._connection.execute(select(self._table).where(self._table.c.id == kept_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no {self._noun} {kept_id}")
        return self._from_row(row)

    def add(self, one: One) -> int:
        added = insert(self._table).values(**self._to_values(one)).returning(self._table.c.id)
        return int(self._connection.execute(added).scalar_one())

    def save(self, kept_id: int, one: One) -> None:
        self._change(kept_id, self._to_values(one))

    def remove(self, kept_id: int, now: datetime) -> None:
        self._change(kept_id, {"removed_at": now})

    def bring_back(self, kept_id: int) -> None:
        self._change(kept_id, {"removed_at": None})

    def _change(self, kept_id: int, values: Mapping[str, object]) -> None:
        self._connection.execute(update(self._table).where(self._table.c.id == kept_id).values(**values))


def filters(connection: Connection) -> SqlKept[SavedFilter]:
    return SqlKept(
        connection,
        saved_filter,
        "saved filter",
        lambda row: SavedFilter(row.id, row.name, row.query, row.owner, row.is_shared),
        lambda one: {"name": one.name, "query": one.query, "owner": one.owner, "is_shared": one.is_shared},
    )


def texts(connection: Connection) -> SqlKept[CannedText]:
    return SqlKept(
        connection,
        canned_text,
        "text",
        lambda row: CannedText(row.id, row.name, row.language, row.body, row.owner, row.is_shared),
        lambda one: {
            "name": one.name,
            "language": one.language,
            "body": one.body,
            "owner": one.owner,
            "is_shared": one.is_shared,
        },
    )
