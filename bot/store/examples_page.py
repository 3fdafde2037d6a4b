"""Kept examples as administrators read them, each with the work item of its message."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from bot.desk.example import OwnExample
from bot.desk.work_item import number_of
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.examples import example_from_row
from bot.store.learning_tables import example


@dataclass(frozen=True, slots=True)
class ShownExample:
    """`item` is the newest work item of its message, "" where it has none any more."""

    example_id: int
    example: OwnExample
    item: str


def examples_page(engine: Engine, *, after: int | None = None, limit: int = 100) -> list[ShownExample]:
    """Newest first."""
    link = t.work_item_message.c
    newest = select(func.max(link.work_item_id)).where(link.message_id == example.c.message_id).scalar_subquery()
    query = select(example, newest.label("item_id")).order_by(example.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(example.c.id < after)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [ShownExample(row.id, example_from_row(row), number_of(row.item_id) if row.item_id else "") for row in rows]
