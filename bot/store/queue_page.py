"""What the list of work items shows, and the counts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, exists, func, select

from bot.desk.draft import DraftState
from bot.desk.outbox import OutboxState
from bot.desk.work_item import ItemState, WorkItem
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.clocks import new_notices
from bot.store.engine import reading
from bot.store.rows import item_from_row
from bot.store.task_tables import task

UNDONE = (ItemState.OPEN, ItemState.WAITING)
DRAFT_WAITS = (DraftState.OPEN, DraftState.STALE)


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """Which items the list shows. `after` is the id to go on from."""

    queue: str | None = None
    assignee: str | None = None
    states: tuple[str, ...] = UNDONE
    after: int | None = None
    limit: int = 50


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
    """Newest first."""
    item, link, draft = t.work_item, t.draft_work_item, t.draft
    held = t.work_item_message.c.work_item_id
    messages = select(func.count()).where(held == item.c.id).scalar_subquery()
    waiting = exists().where(
        link.c.work_item_id == item.c.id, draft.c.id == link.c.draft_id, draft.c.state.in_(DRAFT_WAITS)
    )
    joined = item.outerjoin(ledger.customer, ledger.customer.c.number == item.c.customer_number)
    shown = (ledger.customer.c.name.label("customer_name"), messages.label("messages"), waiting.label("has_draft"))
    query = _chosen(select(item, *shown).select_from(joined), chosen).order_by(item.c.id.desc())
    with reading(engine) as connection:
        # One more than a page holds tells whether there is another.
        found = connection.execute(query.limit(chosen.limit + 1)).all()
    rows = tuple(
        QueueRow(item_from_row(row), row.customer_name or "", row.messages, bool(row.has_draft))
        for row in found[: chosen.limit]
    )
    return QueuePage(rows, rows[-1].item.item_id if len(found) > chosen.limit else None)


def desk_counts(engine: Engine, person: str) -> DeskCounts:
    item = t.work_item.c
    undone = item.state.in_(UNDONE)
    decided = (OutboxState.UNCERTAIN, OutboxState.FAILED)
    with reading(engine) as connection:
        by_queue = connection.execute(select(item.queue, func.count()).where(undone).group_by(item.queue))
        return DeskCounts(
            by_queue={queue: count for queue, count in by_queue},  # noqa: C416
            mine=_count(connection, select(item.id).where(undone, item.assignee == person)),
            drafts=_count(connection, select(t.draft.c.id).where(t.draft.c.state.in_(DRAFT_WAITS))),
            undecided=_count(connection, select(t.outbox.c.id).where(t.outbox.c.state.in_(decided))),
            quarantined=_count(connection, select(t.quarantine.c.id).where(t.quarantine.c.released_at.is_(None))),
            tasks=_count(connection, select(task.c.id).where(task.c.done_at.is_(None))),
            notices=_count(connection, new_notices(person)),
        )


def _chosen(query: Select[Any], chosen: QueueChoice) -> Select[Any]:
    item = t.work_item.c
    query = query.where(item.state.in_(chosen.states))
    if chosen.queue is not None:
        query = query.where(item.queue == chosen.queue)
    if chosen.assignee is not None:
        query = query.where(item.assignee == chosen.assignee)
    return query.where(item.id < chosen.after) if chosen.after is not None else query


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)
