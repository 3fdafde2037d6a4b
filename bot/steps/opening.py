"""Opening work items in a thread, or going on with those that are there. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.triage import Topic
from bot.desk.verdict import UNSORTED
from bot.desk.work_item import ItemState, WorkItem, reopen
from bot.repositories import UnitOfWork


@dataclass(frozen=True, slots=True)
class Ground:
    """What new items of one message have in common."""

    thread_id: int
    message_id: int
    side: str
    customer_number: str | None
    subject: str
    received_at: datetime
    flags: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The items that the message belongs to, the primary first, and how many of them are new."""

    items: tuple[WorkItem, ...]
    new: int


def open_items(uow: UnitOfWork, topics: Sequence[Topic], ground: Ground, now: datetime) -> Opened:
    """One item for each thread and category."""
    # A merged item's own category goes on leading to its survivor, whatever that one is about.
    there = [
        (item.category, item if item.merged_into is None else uow.items.survivor(item.item_id))
        for item in uow.items.of_thread(ground.thread_id)
    ]
    items: list[WorkItem] = []
    new = 0
    for topic in topics:
        item = _going_on(topic, there)
        if item is None:
            item = _add(uow, topic, ground, now)
            new += 1
        elif item.state is not ItemState.OPEN:
            item = _open_again(uow, item, now)
        else:
            uow.items.heard_again(item.item_id)
        if item.item_id not in [one.item_id for one in items]:
            items.append(item)
    uow.items.link_new_message(ground.message_id, [item.item_id for item in items])
    return Opened(tuple(items), new)


def _going_on(topic: Topic, there: Sequence[tuple[str, WorkItem]]) -> WorkItem | None:
    """The item that a further message belongs to. What cannot be sorted goes on with what the thread is about."""
    fitting = [item for category, item in there if topic.category in (UNSORTED, category)]
    return fitting[-1] if fitting else None


def _add(uow: UnitOfWork, topic: Topic, ground: Ground, now: datetime) -> WorkItem:
    item = uow.items.add(
        WorkItem(
            item_id=0,
            thread_id=ground.thread_id,
            category=topic.category,
            reason=topic.reason,
            state=ItemState.OPEN,
            queue=topic.queue,
            side=ground.side,
            customer_number=ground.customer_number,
            subject=ground.subject,
            # The customer has waited since the mail arrived, whatever the Date header says.
            opened_at=ground.received_at,
            flags=ground.flags,
            link=ground.link,
        )
    )
    after = {"category": item.category, "reason": item.reason or "", "queue": item.queue}
    uow.record.add(RecordEntry(now, THE_DESK, "opened", item.number, {}, after))
    return item


def _open_again(uow: UnitOfWork, item: WorkItem, now: datetime) -> WorkItem:
    again = reopen(item)
    uow.items.save(again)
    before, after = {"state": item.state}, {"state": again.state}
    uow.record.add(RecordEntry(now, THE_DESK, "reopened", item.number, before, after))
    return again
