"""The record page by page, and the names of the people who can be assigned."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select

from bot.desk.record import RecordEntry
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.user_tables import user
from bot.store.users import USER, user_from_row


@dataclass(frozen=True, slots=True)
class RecordLine:
    record_id: int
    entry: RecordEntry


def record_page(
    engine: Engine, subject: str | None = None, after: int | None = None, limit: int = 100
) -> list[RecordLine]:
    """Newest first."""
    query = select(t.record).order_by(t.record.c.id.desc()).limit(limit)
    if subject:
        query = query.where(t.record.c.subject == subject)
    if after is not None:
        query = query.where(t.record.c.id < after)
    with reading(engine) as connection:
        return [
            RecordLine(row.id, RecordEntry(row.at, row.who, row.what, row.subject, row.before, row.after))
            for row in connection.execute(query)
        ]


def why_not_drafted(engine: Engine, number: str) -> str:
    """Why the desk wrote no answer to the newest message of an item, "" where it wrote one."""
    query = select(t.record.c.after).where(t.record.c.subject == number, t.record.c.what == "not_drafted")
    with reading(engine) as connection:
        found = connection.scalar(query.order_by(t.record.c.id.desc()).limit(1))
    return str(found.get("reason", "")) if found else ""


def active_people(engine: Engine, queue: str | None = None) -> list[str]:
    """Who can be assigned; with a queue, those alone who work in it."""
    query = select(*USER).where(user.c.is_active.is_(True)).order_by(user.c.name)
    with reading(engine) as connection:
        people = [user_from_row(row) for row in connection.execute(query)]
    return [one.name for one in people if queue is None or one.works_in(queue)]
