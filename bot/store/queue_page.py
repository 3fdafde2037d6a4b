"""What the list of work items shows, and the counts beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Exists,
    Row,
    Select,
    exists,
    func,
    literal_column,
    select,
    true,
)

from bot.desk.draft import DraftState
from bot.desk.outbox import OutboxState
from bot.desk.urgency import Rank
from bot.desk.user import User
from bot.desk.work_item import ItemState, WorkItem
from bot.ledger.money import Money
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.clocks import new_notices
from bot.store.engine import reading
from bot.store.object_queues import draft_lies_in, thread_lies_in
from bot.store.queue_indexes import UNDONE_ITEMS
from bot.store.queue_order import PLACE, Order, Place, in_order, place_from_row
from bot.store.rows import item_from_row
from bot.store.task_tables import task

UNDONE = (ItemState.OPEN, ItemState.WAITING)
NOBODY = "nobody"
# In the words of the indexes, or they are not used.
IS_UNDONE: ColumnElement[bool] = literal_column(UNDONE_ITEMS.replace("state", "work_item.state"))
DRAFT_WAITS = (DraftState.OPEN, DraftState.STALE)


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """Which items the list shows, and in which order; None leaves a field open. `after` is where to go on from.

    `assignee` may be NOBODY. `late_at` leaves what is due by then.
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
    late_at: datetime | None = None
    least_cents: int = 0
    order: Order = Order.NEWEST
    backwards: bool = False
    after: Place | None = None
    limit: int = 50
    # The queues of whoever asks; None: every queue.
    within: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    item: WorkItem
    customer_name: str
    messages: int
    has_draft: bool
    place: Place
    at_stake: Money | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`next_after` is None on the last page."""

    rows: tuple[QueueRow, ...]
    next_after: Place | None


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
    rows = tuple(_queue_row(row) for row in found[: chosen.limit])
    return QueuePage(rows, rows[-1].place if len(found) > chosen.limit else None)


def _queue_row(row: Row[*tuple[Any, ...]]) -> QueueRow:
    at_stake = Money.from_cents(row.amount_cents, row.amount_currency) if row.amount_cents else None
    return QueueRow(
        item_from_row(row), row.customer_name or "", row.messages, bool(row.has_draft), place_from_row(row), at_stake
    )


def desk_counts(engine: Engine, user: User) -> DeskCounts:
    """What waits in the person's queues. What lies in no queue is for those who have every queue."""
    item = t.work_item.c
    undone = IS_UNDONE & _within(user.queues)
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


def following(engine: Engine, chosen: QueueChoice) -> Place | None:
    """The item that comes after `chosen.after` in this list, None at its end."""
    with reading(engine) as connection:
        row = connection.execute(places(chosen).limit(1)).one_or_none()
    return place_from_row(row) if row is not None else None


def places(chosen: QueueChoice) -> Select[Any]:
    """Asks for nothing but where the chosen items stand."""
    return _chosen(select(*PLACE), chosen)


def newest_message(engine: Engine) -> int:
    """The id up to which a page shows what came in."""
    with reading(engine) as connection:
        return int(connection.scalar(select(func.max(t.message.c.id))) or 0)


def count_news(engine: Engine, chosen: QueueChoice, seen: int) -> int:
    """How many items of the list got mail after the message `seen`."""
    link, message = t.work_item_message.c, t.message.c
    fresh = select(link.work_item_id).join_from(t.work_item_message, t.message, message.id == link.message_id)
    fresh = fresh.where(link.message_id > seen, message.direction == "inbound")
    query = _chosen(select(t.work_item.c.id), chosen).where(t.work_item.c.id.in_(fresh)).order_by(None)
    with reading(engine) as connection:
        return _count(connection, query)


def count_items(engine: Engine, chosen: QueueChoice, most: int) -> int:
    """How many items a list has, counted no further than `most`."""
    query = _chosen(select(t.work_item.c.id), chosen).order_by(None).limit(most)
    with reading(engine) as connection:
        return _count(connection, query)


def place_of(engine: Engine, item_id: int) -> Place:
    """Where an item stands now."""
    with reading(engine) as connection:
        return place_from_row(connection.execute(select(*PLACE).where(t.work_item.c.id == item_id)).one())


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
    query = query.where(_within(chosen.within))
    if set(chosen.states) <= set(UNDONE):
        query = query.where(IS_UNDONE)
    if set(chosen.states) != set(UNDONE):
        query = query.where(item.state.in_(chosen.states))
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
    for condition in _conditions(chosen):
        query = query.where(condition)
    return in_order(query, chosen.order, chosen.after, backwards=chosen.backwards)


def _conditions(chosen: QueueChoice) -> Iterator[ColumnElement[bool]]:
    item = t.work_item.c
    if chosen.assignee == NOBODY:
        yield item.assignee.is_(None)
    if chosen.opened_before is not None:
        yield item.opened_at < chosen.opened_before
    if chosen.late_at is not None:
        # An item that waits is late by nobody's fault here.
        yield (item.sort_at <= chosen.late_at) & (item.rank < Rank.WAITING)
    if chosen.least_cents:
        yield item.amount_cents >= chosen.least_cents
    if chosen.mailbox is not None:
        yield _in_mailbox(chosen.mailbox)
    if chosen.only_drafted:
        yield _has_draft()


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)
