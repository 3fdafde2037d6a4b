"""The outbox as people read it, without the bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, select

from bot.desk.outbox import OutboxState, Way
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.object_queues import draft_lies_in

_LEFT_TO_PEOPLE = (OutboxState.IN_DRAFTS, OutboxState.DELETED)


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One approved message: to whom, about what, who approved it, and how far it came."""

    entry_id: int
    draft_id: int
    item_id: int | None
    subject: str
    recipients: tuple[str, ...]
    approved_by: str
    approved_at: datetime
    state: OutboxState
    failures: int
    next_attempt_at: datetime
    sent_at: datetime | None
    error: str
    refused: tuple[tuple[str, str], ...]
    is_filed: bool
    returned: tuple[tuple[str, str], ...]
    mailbox: str
    way: Way
    in_drafts_at: datetime | None
    is_changed: bool


def outbox_page(
    engine: Engine,
    states: tuple[str, ...] = (),
    after: int | None = None,
    limit: int = 50,
    *,
    within: frozenset[str] | None = None,
) -> list[OutboxLine]:
    """Newest first. `within` are the queues of whoever asks, None every queue."""
    entry = t.outbox.c
    query = _lines()
    if states:
        query = query.where(entry.state.in_(states))
    if within is not None:
        query = query.where(draft_lies_in(within, entry.draft_id))
    if after is not None:
        query = query.where(entry.id < after)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(entry.id.desc()).limit(limit)).all()
    return [_line(row) for row in rows]


def left_to_people(engine: Engine, draft_ids: Sequence[int]) -> list[OutboxLine]:
    """Of these drafts' messages those that lie in a Drafts folder, or were deleted there; newest first."""
    entry = t.outbox.c
    query = _lines().where(entry.draft_id.in_(draft_ids), entry.state.in_(_LEFT_TO_PEOPLE)).order_by(entry.id.desc())
    with reading(engine) as connection:
        return [_line(row) for row in connection.execute(query)]


def _lines() -> Select[Any]:
    entry, approval, version = t.outbox.c, t.approval.c, t.draft_version.c
    link = t.draft_work_item.c
    first_item = (
        select(link.work_item_id)
        .where(link.draft_id == entry.draft_id)
        .order_by(link.work_item_id)
        .limit(1)
        .scalar_subquery()
    )
    joined = t.outbox.join(t.approval, approval.draft_id == entry.draft_id).join(
        t.draft_version, (version.draft_id == entry.draft_id) & (version.version == approval.version)
    )
    return select(
        *(column for column in entry if column is not entry.raw),
        version.subject,
        approval.decided_by,
        approval.decided_at,
        first_item.label("item_id"),
    ).select_from(joined)


def _line(row: Row[Any]) -> OutboxLine:
    return OutboxLine(
        entry_id=row.id,
        draft_id=row.draft_id,
        item_id=row.item_id,
        subject=row.subject,
        recipients=tuple(row.recipients),
        approved_by=row.decided_by,
        approved_at=row.decided_at,
        state=OutboxState(row.state),
        failures=row.failures,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
        error=row.error,
        refused=tuple((address, words) for address, words in row.refused),
        is_filed=row.is_filed,
        returned=tuple((address, words) for address, words in row.returned),
        mailbox=row.mailbox,
        way=Way(row.way),
        in_drafts_at=row.in_drafts_at,
        is_changed=row.is_changed,
    )
