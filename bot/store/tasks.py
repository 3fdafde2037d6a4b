"""Tasks for people, and the addresses from which mail came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.desk.task import Task, TaskKind
from bot.errors import NotFoundError
from bot.store import task_tables as t


def task_from_row(row: Row[Any]) -> Task:
    return Task(row.id, TaskKind(row.kind), row.key, row.text, row.thread_id, row.opened_at, row.done_at, row.done_by)


class SqlTasks:
    """See `repositories.Tasks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, task: Task) -> bool:
        is_same = (t.task.c.key == task.key) & t.task.c.done_at.is_(None)
        if self._connection.scalar(select(t.task.c.id).where(is_same)) is not None:
            return False
        values = {
            "kind": task.kind,
            "key": task.key,
            "text": task.text,
            "thread_id": task.thread_id,
            "opened_at": task.opened_at,
        }
        self._connection.execute(insert(t.task).values(values))
        return True

    def get(self, task_id: int) -> Task:
        row = self._connection.execute(select(t.task).where(t.task.c.id == task_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no task {task_id}")
        return task_from_row(row)

    def close(self, task_id: int, person: str, now: datetime) -> None:
        self._connection.execute(
            update(t.task).where(t.task.c.id == task_id, t.task.c.done_at.is_(None)).values(done_at=now, done_by=person)
        )

    def suspects(self, addresses: Sequence[str]) -> Mapping[str, str]:
        suspect = t.suspect_address.c
        keys = [one.strip().lower()[:320] for one in addresses]
        rows = self._connection.execute(select(suspect.address, suspect.reason).where(suspect.address.in_(keys)))
        return {row.address: row.reason for row in rows}

    def suspect(self, address: str, reason: str, outbox_id: int, now: datetime) -> None:
        self.trust(address)
        values = {"address": address[:320], "reason": reason, "since": now, "outbox_id": outbox_id}
        self._connection.execute(insert(t.suspect_address).values(values))

    def trust(self, address: str) -> None:
        self._connection.execute(delete(t.suspect_address).where(t.suspect_address.c.address == address[:320]))
