"""What the list of work items shows, and the counts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Exists, Select, exists, func, select, true

from bot.desk.draft import DraftState
from bot.desk.outbox import OutboxState
from bot.desk.user import User
from bot.desk.work_item import ItemState, WorkItem
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.clocks import new_notices
from bot.store.engine import reading
from bot.store.object_queues import draft_lies_in, thread_lies_in
from bot.store.rows import item_from_row
from bot.store.task_tables import task

UNDONE = (ItemState.OPEN, ItemState.WAITING)
NOBODY = "nobody"
DRAFT_WAITS = (DraftState.OPEN, DraftState.STALE)


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """Which items the list shows; None leaves a field open. `after` is the id to go on from.

    `assignee` may be NOBODY. Ids grow with age, so going on by id is the same work on every page.
    """

    queue: str | None = None
    assignee: str | None = None
    states: tuple[str, ...] = UNDONE
    category: str | None = None
    reason: str | None = None
    side: str | None = None
    mailbox: str | None = None
    customer: str | None = None
    opened_before: datetime | None = None
    only_drafted: bool = False
    oldest_first: bool = False
    after: int | None = None
    limit: int = 50
    # The queues of whoever asks; None: every queue.
    within: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    item: WorkItem
    customer_name: str
    messages: int
    has_draft: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`next_after` is None on the last page."""

    rows: tuple[QueueRow, ...]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What waits for people. `by_queue` counts open and waiting items."""

    by_queue: Mapping[str, int]
    mine: int
    drafts: int
    undecided: int
    quarantined: int
    tasks: int
    notices: int

    @property
    def all(self) -> int:
        return sum(self.by_queue.values())


def queue_page(engine: Engine, chosen: QueueChoice) -> QueuePage:
    item = t.work_item
    held = t.work_item_message.c.work_item_id
    messages = select(func.count()).where(held == item.c.id).scalar_subquery()
    waiting = _has_draft()
    joined = item.outerjoin(ledger.customer, ledger.customer.c.number == item.c.customer_number)
    shown = (ledger.customer.c.name.label("customer_name"), messages.label("messages"), waiting.label("has_draft"))
    query = _chosen(select(item, *shown).select_from(joined), chosen)
    with reading(engine) as connection:
        # One more than a page holds tells whether there is another.
        found = connection.execute(query.limit(chosen.limit + 1)).all()
    rows = tuple(
        QueueRow(item_from_row(row), row.customer_name or "", row.messages, bool(row.has_draft))
        for row in found[: chosen.limit]
    )
    return QueuePage(rows, rows[-1].item.item_id if len(found) > chosen.limit else None)


def desk_counts(engine: Engine, user: User) -> DeskCounts:
    """What waits in the person's queues. What lies in no queue is for those who have every queue."""
    item = t.work_item.c
    undone = item.state.in_(UNDONE) & _within(user.queues)
    decided = (OutboxState.UNCERTAIN, OutboxState.FAILED)
    drafted = () if user.queues is None else (draft_lies_in(user.queues, t.draft.c.id),)
    sent = () if user.queues is None else (draft_lies_in(user.queues, t.outbox.c.draft_id),)
    told = () if user.queues is None else (thread_lies_in(user.queues, task.c.thread_id),)
    held = select(t.quarantine.c.id).where(t.quarantine.c.released_at.is_(None))
    with reading(engine) as connection:
        by_queue = connection.execute(select(item.queue, func.count()).where(undone).group_by(item.queue))
        return DeskCounts(
            by_queue={queue: count for queue, count in by_queue},  # noqa: C416
            mine=_count(connection, select(item.id).where(undone, item.assignee == user.name)),
            drafts=_count(connection, select(t.draft.c.id).where(t.draft.c.state.in_(DRAFT_WAITS), *drafted)),
            undecided=_count(connection, select(t.outbox.c.id).where(t.outbox.c.state.in_(decided), *sent)),
            quarantined=_count(connection, held) if user.queues is None else 0,
            tasks=_count(connection, select(task.c.id).where(task.c.done_at.is_(None), *told)),
            notices=_count(connection, new_notices(user)),
        )


def following(engine: Engine, chosen: QueueChoice) -> int | None:
    """The id of the item that comes after `chosen.after` in this list, None at its end."""
    with reading(engine) as connection:
        found: int | None = connection.scalar(_chosen(select(t.work_item.c.id), chosen).limit(1))
    return found


def _within(queues: frozenset[str] | None) -> ColumnElement[bool]:
    return true() if queues is None else t.work_item.c.queue.in_(sorted(queues))


def _has_draft() -> Exists:
    link, draft = t.draft_work_item, t.draft
    return exists().where(
        link.c.work_item_id == t.work_item.c.id, draft.c.id == link.c.draft_id, draft.c.state.in_(DRAFT_WAITS)
    )


def _in_mailbox(mailbox: str) -> Exists:
    link, message = t.work_item_message, t.message
    return exists().where(
        link.c.work_item_id == t.work_item.c.id, message.c.id == link.c.message_id, message.c.mailbox == mailbox
    )


def _chosen(query: Select[Any], chosen: QueueChoice) -> Select[Any]:
    item = t.work_item.c
    query = query.where(item.state.in_(chosen.states), _within(chosen.within))
    wanted = {
        item.queue: chosen.queue,
        item.assignee: chosen.assignee if chosen.assignee != NOBODY else None,
        item.category: chosen.category,
        item.reason: chosen.reason,
        item.side: chosen.side,
        item.customer_number: chosen.customer,
    }
    for column, value in wanted.items():
        query = query.where(column == value) if value is not None else query
    if chosen.assignee == NOBODY:
        query = query.where(item.assignee.is_(None))
    if chosen.opened_before is not None:
        query = query.where(item.opened_at < chosen.opened_before)
    if chosen.mailbox is not None:
        query = query.where(_in_mailbox(chosen.mailbox))
    if chosen.only_drafted:
        query = query.where(_has_draft())
    if chosen.after is not None:
        query = query.where(item.id > chosen.after if chosen.oldest_first else item.id < chosen.after)
    return query.order_by(item.id if chosen.oldest_first else item.id.desc())


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)
