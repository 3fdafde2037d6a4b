"""In which queues a thing lies: what the rights of people are checked against, and how lists are narrowed to them.

A thing lies where its work items lie. An item that was merged counts where its survivor lies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from bot.store import tables as t
from bot.store.engine import reading
from bot.store.task_tables import task

_item, _survivor = t.work_item.alias("item"), t.work_item.alias("survivor")
# Merges of merges are rare, and one step along them is enough for a list; what is opened is checked to the end.
_QUEUE = func.coalesce(_survivor.c.queue, _item.c.queue)
_ITEMS = _item.outerjoin(_survivor, _survivor.c.id == _item.c.merged_into)


def queues_of_item(engine: Engine, item_id: int) -> frozenset[str]:
    with reading(engine) as connection:
        merged_into: int | None = item_id
        queue = None
        while merged_into is not None:
            row = connection.execute(
                select(t.work_item.c.queue, t.work_item.c.merged_into).where(t.work_item.c.id == merged_into)
            ).one_or_none()
            queue, merged_into = (row.queue, row.merged_into) if row is not None else (None, None)
    return frozenset({queue} if queue is not None else ())


def queues_of_draft(engine: Engine, draft_id: int) -> frozenset[str]:
    link = t.draft_work_item.c
    with reading(engine) as connection:
        items = connection.scalars(select(link.work_item_id).where(link.draft_id == draft_id)).all()
    return frozenset(queue for item_id in items for queue in queues_of_item(engine, item_id))


def queues_of_entry(engine: Engine, entry_id: int) -> frozenset[str]:
    """Of an outbox entry: those of its draft."""
    with reading(engine) as connection:
        draft_id = connection.scalar(select(t.outbox.c.draft_id).where(t.outbox.c.id == entry_id))
    return queues_of_draft(engine, draft_id) if draft_id is not None else frozenset()


def queues_of_message(engine: Engine, message_id: int) -> frozenset[str]:
    """Of every item that holds the message, or shows it as part of its conversation."""
    link, message = t.work_item_message.c, t.message.c
    thread = select(message.thread_id).where(message.id == message_id)
    held = select(link.work_item_id).where(link.message_id == message_id)
    return _queues(engine, (_item.c.thread_id.in_(thread)) | (_item.c.id.in_(held)))


def queues_of_task(engine: Engine, task_id: int) -> frozenset[str]:
    return _queues(engine, _item.c.thread_id.in_(select(task.c.thread_id).where(task.c.id == task_id)))


def draft_lies_in(queues: Iterable[str], draft_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a draft answers an item of these queues."""
    link = t.draft_work_item.c
    return draft_id.in_(select(link.draft_id).where(link.work_item_id.in_(_items_in(queues))))


def thread_lies_in(queues: Iterable[str], thread_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a conversation holds an item of these queues."""
    return thread_id.in_(select(_item.c.thread_id).select_from(_ITEMS).where(_QUEUE.in_(sorted(queues))))


def _items_in(queues: Iterable[str]) -> Select[Any]:
    return select(_item.c.id).select_from(_ITEMS).where(_QUEUE.in_(sorted(queues)))


def _queues(engine: Engine, chosen: ColumnElement[bool]) -> frozenset[str]:
    with reading(engine) as connection:
        return frozenset(connection.scalars(select(_QUEUE).select_from(_ITEMS).where(chosen).distinct()))
