"""Drafts as people read them: those that wait, those of one item, and every version of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, exists, select, tuple_

from bot.desk.draft import Draft, DraftState, DraftText
from bot.desk.work_item import WorkItem
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.object_queues import draft_lies_in
from bot.store.queue_order import PLACE, Order, Place, in_order, place_from_row
from bot.store.queue_page import DRAFT_WAITS
from bot.store.rows import COLUMNS, NEWEST, draft_from_row, text_from_row
from bot.store.work_items import SqlWorkItems

_DECIDED = NEWEST.outerjoin(t.approval, t.approval.c.draft_id == t.draft.c.id)
_DECISION = (t.approval.c.decision, t.approval.c.decided_by, t.approval.c.decided_at, t.approval.c.reason)


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """A draft at its newest version, the items it answers (survivors of merges), and what was decided about it.

    Of the items those alone that whoever asks may see.
    """

    draft: Draft
    items: tuple[WorkItem, ...] = ()
    customer_name: str = ""
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def waits(self) -> bool:
        return self.draft.state in DRAFT_WAITS


@dataclass(frozen=True, slots=True)
class DraftVersion:
    version: int
    text: DraftText
    author: str
    written_at: datetime


def waiting_drafts(
    engine: Engine, after: Place | None = None, limit: int = 50, *, within: frozenset[str] | None = None
) -> list[ShownDraft]:
    """What is due first, as in the queues. `within` are the queues of whoever asks, None every queue."""
    return _shown(engine, in_order(_waiting(within), Order.DUE, after, backwards=False).limit(limit), within)


def next_waiting(engine: Engine, draft_id: int, *, within: frozenset[str] | None = None) -> ShownDraft | None:
    """The draft to look at after this one: the next that is due, after the last of them the first of all."""
    waits = _waiting(within).where(t.draft.c.id != draft_id)
    here = place_of_draft(engine, draft_id)
    for after in (here, None) if here is not None else (None,):
        found = _shown(engine, in_order(waits, Order.DUE, after, backwards=False).limit(1), within)
        if found:
            return found[0]
    return None


def place_of_draft(engine: Engine, draft_id: int) -> Place | None:
    """Where a draft stands in the list: where the first due of its items does. None where there is no such draft."""
    with reading(engine) as connection:
        query = select(*PLACE).select_from(t.draft.join(_LINKED, _IS_LINKED))
        row = connection.execute(query.where(t.draft.c.id == draft_id, _leads())).one_or_none()
    return place_from_row(row) if row is not None else None


def shown_draft(engine: Engine, draft_id: int, *, within: frozenset[str] | None = None) -> ShownDraft | None:
    found = _shown(engine, _drafts().where(t.draft.c.id == draft_id), within)
    return found[0] if found else None


def drafts_of_item(engine: Engine, item_id: int) -> list[ShownDraft]:
    """Newest first, those of items that were merged into it included."""
    with reading(engine) as connection:
        family = _family(connection, item_id)
    link = t.draft_work_item.c
    return _shown(engine, _drafts().where(t.draft.c.id.in_(select(link.draft_id).where(link.work_item_id.in_(family)))))


def draft_versions(engine: Engine, draft_ids: Iterable[int]) -> Mapping[int, tuple[DraftVersion, ...]]:
    """Every version by draft, newest first."""
    version = t.draft_version.c
    query = select(t.draft_version).where(version.draft_id.in_(list(draft_ids))).order_by(version.version.desc())
    found: dict[int, tuple[DraftVersion, ...]] = {}
    with reading(engine) as connection:
        for row in connection.execute(query):
            one = DraftVersion(row.version, text_from_row(row), row.author, row.written_at)
            found[row.draft_id] = (*found.get(row.draft_id, ()), one)
    return found


def text_as_approved(engine: Engine, draft_id: int) -> DraftText | None:
    """The text of the version that was approved, None where none was."""
    version, approval = t.draft_version.c, t.approval.c
    joined = t.approval.join(
        t.draft_version, (version.draft_id == approval.draft_id) & (version.version == approval.version)
    )
    query = select(t.draft_version).select_from(joined)
    query = query.where(approval.draft_id == draft_id, approval.decision == DraftState.APPROVED)
    with reading(engine) as connection:
        row = connection.execute(query).one_or_none()
    return text_from_row(row) if row is not None else None


def _drafts() -> Select[Any]:
    return select(*COLUMNS, *_DECISION).select_from(_DECIDED).order_by(t.draft.c.id.desc())


_LINKED = t.draft_work_item.join(t.work_item, t.work_item.c.id == t.draft_work_item.c.work_item_id)
_IS_LINKED = t.draft_work_item.c.draft_id == t.draft.c.id


def _leads() -> ColumnElement[bool]:
    """Of the items that a draft answers, the one that is due first: by it the draft has its place."""
    link, item = t.draft_work_item.alias(), t.work_item.alias()
    here = tuple_(t.work_item.c.rank, t.work_item.c.sort_at, t.work_item.c.id)
    return ~exists().where(
        link.c.draft_id == t.draft.c.id,
        item.c.id == link.c.work_item_id,
        tuple_(item.c.rank, item.c.sort_at, item.c.id) < here,
    )


def _waiting(within: frozenset[str] | None) -> Select[Any]:
    """A thread has one draft that waits, so no item leads two of them."""
    query = select(*COLUMNS, *_DECISION).select_from(_DECIDED.join(_LINKED, _IS_LINKED))
    query = query.where(t.draft.c.state.in_(DRAFT_WAITS), _leads())
    return query if within is None else query.where(draft_lies_in(within, t.draft.c.id))


def _shown(engine: Engine, query: Select[Any], within: frozenset[str] | None = None) -> list[ShownDraft]:
    with reading(engine) as connection:
        return [_from_row(connection, row, within) for row in connection.execute(query).all()]


def _from_row(connection: Connection, row: Row[Any], within: frozenset[str] | None) -> ShownDraft:
    link = t.draft_work_item.c
    linked = connection.scalars(select(link.work_item_id).where(link.draft_id == row.id).order_by(link.work_item_id))
    survivors = [SqlWorkItems(connection).survivor(item_id) for item_id in linked.all()]
    items = tuple({one.item_id: one for one in survivors if within is None or one.queue in within}.values())
    number = items[0].customer_number if items else None
    name = connection.scalar(select(ledger.customer.c.name).where(ledger.customer.c.number == number)) if number else ""
    return ShownDraft(
        draft=draft_from_row(row),
        items=items,
        customer_name=name or "",
        decision=row.decision or "",
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        reason=row.reason or "",
    )


def _family(connection: Connection, item_id: int) -> list[int]:
    """The item and all that went into it, directly or through others."""
    found, fresh = [item_id], [item_id]
    while fresh:
        query = select(t.work_item.c.id).where(t.work_item.c.merged_into.in_(fresh))
        fresh = [one for one in connection.scalars(query).all() if one not in found]
        found += fresh
    return found
