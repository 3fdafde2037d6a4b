"""Tasks as people read them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from bot.desk.task import Task
from bot.desk.work_item import number_of
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.object_queues import thread_lies_in
from bot.store.task_tables import task
from bot.store.tasks import task_from_row


@dataclass(frozen=True, slots=True)
class ShownTask:
    """`item` is the first work item of its conversation, "" where it has none."""

    task: Task
    item: str


def tasks_page(
    engine: Engine,
    *,
    thread_id: int | None = None,
    with_done: bool = False,
    limit: int = 500,
    within: frozenset[str] | None = None,
) -> list[ShownTask]:
    """Newest first. `within` are the queues of whoever asks, None every queue."""
    item = t.work_item.c
    first = select(func.min(item.id)).where(item.thread_id == task.c.thread_id).scalar_subquery()
    query = select(task, first.label("item_id")).order_by(task.c.id.desc()).limit(limit)
    if thread_id is not None:
        query = query.where(task.c.thread_id == thread_id)
    if within is not None:
        query = query.where(thread_lies_in(within, task.c.thread_id))
    if not with_done:
        query = query.where(task.c.done_at.is_(None))
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [ShownTask(task_from_row(row), number_of(row.item_id) if row.item_id else "") for row in rows]
