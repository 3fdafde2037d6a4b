"""The outbox. Each change of state is conditional on the state before, so that no two senders have one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.desk.outbox import (
    Deleted,
    EntryOutcome,
    Failed,
    InDrafts,
    OutboxEntry,
    OutboxState,
    Retry,
    Sent,
    SentByPerson,
    Uncertain,
    Way,
)
from bot.errors import ConflictError, NotFoundError
from bot.mail.envelope import Envelope
from bot.store import tables as t
from bot.store.statement import Statement

_WITH_APPROVAL = t.outbox.join(t.approval, t.approval.c.draft_id == t.outbox.c.draft_id)
_QUERY = select(t.outbox, t.approval.c.decided_by, t.approval.c.sha256, t.approval.c.decision).select_from(
    _WITH_APPROVAL
)


def entry_from_row(row: Row[Any]) -> OutboxEntry:
    is_approved = row.decision == "approved"
    return OutboxEntry(
        entry_id=row.id,
        draft_id=row.draft_id,
        mailbox=row.mailbox,
        message_id_header=row.message_id_header,
        envelope=Envelope(row.sender, tuple(row.recipients)),
        approved_by=row.decided_by if is_approved else "",
        approved_sha256=row.sha256 if is_approved else "",
        state=OutboxState(row.state),
        failures=row.failures,
        next_attempt_at=row.next_attempt_at,
        raw=row.raw,
        claimed_at=row.claimed_at,
        sent_at=row.sent_at,
        error=row.error,
        refused=tuple((recipient, words) for recipient, words in row.refused),
        is_filed=row.is_filed,
        returned=tuple((recipient, words) for recipient, words in row.returned),
        way=Way(row.way),
        in_drafts_at=row.in_drafts_at,
        missing_since=row.missing_since,
        is_changed=row.is_changed,
    )


_WITH_REASON = {
    Failed: OutboxState.FAILED,
    Uncertain: OutboxState.UNCERTAIN,
    Deleted: OutboxState.DELETED,
}


def _settled(entry: OutboxEntry, outcome: EntryOutcome) -> Mapping[str, object]:
    if isinstance(outcome, Sent):
        refused = [list(pair) for pair in outcome.receipt.refused]
        # What a person sends from Drafts, their mail program files.
        is_filed = entry.is_filed or outcome.receipt.is_filed or entry.way is Way.DRAFTS
        return {
            "state": OutboxState.SENT,
            "sent_at": outcome.at,
            "error": "",
            "refused": refused,
            "is_filed": is_filed,
        }
    if isinstance(outcome, SentByPerson):
        return {
            "state": OutboxState.SENT,
            "sent_at": outcome.at,
            "error": "",
            "is_filed": True,
            "is_changed": outcome.is_changed,
        }
    if isinstance(outcome, InDrafts):
        return {"state": OutboxState.IN_DRAFTS, "in_drafts_at": outcome.at, "missing_since": None, "error": ""}
    if isinstance(outcome, Retry):
        return {
            "state": OutboxState.QUEUED,
            "next_attempt_at": outcome.at,
            "error": outcome.reason,
            "failures": entry.failures + 1,
        }
    return {"state": _WITH_REASON[type(outcome)], "error": outcome.reason}


_RAW_UNDER = Statement(select(t.outbox.c.raw).where(t.outbox.c.message_id_header == bindparam("header")).limit(1))


class SqlOutbox:
    """See `repositories.Outbox`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: OutboxEntry) -> int:
        values = {
            "draft_id": entry.draft_id,
            "mailbox": entry.mailbox,
            "message_id_header": entry.message_id_header,
            "sender": entry.envelope.sender,
            "recipients": list(entry.envelope.recipients),
            "raw": entry.raw,
            "state": entry.state,
            "next_attempt_at": entry.next_attempt_at,
            "refused": [],
            "returned": [],
            "way": entry.way,
        }
        return int(self._connection.execute(insert(t.outbox).returning(t.outbox.c.id), values).scalar_one())

    def get(self, entry_id: int) -> OutboxEntry:
        row = self._connection.execute(_QUERY.where(t.outbox.c.id == entry_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no outbox entry {entry_id}")
        return entry_from_row(row)

    def due(self, way: Way, now: datetime, limit: int) -> Sequence[int]:
        outbox = t.outbox.c
        is_due = (outbox.state == OutboxState.QUEUED) & (outbox.next_attempt_at <= now) & (outbox.way == way)
        return list(self._connection.scalars(select(outbox.id).where(is_due).order_by(outbox.id).limit(limit)))

    def claim(self, entry_id: int, now: datetime) -> OutboxEntry | None:
        outbox = t.outbox.c
        claimed = self._connection.execute(
            update(t.outbox)
            .where(outbox.id == entry_id, outbox.state == OutboxState.QUEUED, outbox.next_attempt_at <= now)
            .values(state=OutboxState.SENDING, claimed_at=now)
        )
        return self.get(entry_id) if claimed.rowcount == 1 else None

    def lost_claims(self, way: Way, before: datetime) -> Sequence[int]:
        outbox = t.outbox.c
        is_lost = (outbox.state == OutboxState.SENDING) & (outbox.claimed_at < before) & (outbox.way == way)
        query = select(outbox.id).where(is_lost)
        return list(self._connection.scalars(query.order_by(outbox.id)))

    def unfiled(self, limit: int) -> Sequence[int]:
        outbox = t.outbox.c
        query = select(outbox.id).where(outbox.state == OutboxState.SENT, outbox.is_filed.is_(False))
        return list(self._connection.scalars(query.order_by(outbox.id).limit(limit)))

    def mailboxes_in_drafts(self) -> Sequence[str]:
        outbox = t.outbox.c
        query = select(outbox.mailbox).where(outbox.state == OutboxState.IN_DRAFTS).distinct()
        return list(self._connection.scalars(query.order_by(outbox.mailbox)))

    def in_drafts(self, mailbox: str) -> Sequence[OutboxEntry]:
        outbox = t.outbox.c
        query = _QUERY.where(outbox.state == OutboxState.IN_DRAFTS, outbox.mailbox == mailbox).order_by(outbox.id)
        return [entry_from_row(row) for row in self._connection.execute(query)]

    def mark_missing(self, entry_ids: Sequence[int], since: datetime | None) -> None:
        outbox = t.outbox.c
        lies = update(t.outbox).where(outbox.id.in_(entry_ids), outbox.state == OutboxState.IN_DRAFTS)
        self._connection.execute(lies.values(missing_since=since))

    def settle(self, entry: OutboxEntry, outcome: EntryOutcome) -> None:
        outbox = t.outbox.c
        unchanged = (outbox.id == entry.entry_id) & (outbox.state == entry.state)
        if entry.claimed_at is not None:
            unchanged &= outbox.claimed_at == entry.claimed_at
        changed = self._connection.execute(update(t.outbox).where(unchanged).values(**_settled(entry, outcome)))
        if changed.rowcount != 1:
            raise ConflictError(f"outbox entry {entry.entry_id} was settled by someone else meanwhile")

    def withdraw(self, draft_id: int) -> bool:
        outbox = t.outbox.c
        # A sender that claims at this moment changes the row first, or finds it gone.
        never_tried = (outbox.state == OutboxState.QUEUED) & (outbox.failures == 0) & outbox.claimed_at.is_(None)
        gone = self._connection.execute(delete(t.outbox).where(outbox.draft_id == draft_id, never_tried))
        return gone.rowcount == 1

    def mark_filed(self, entry_id: int) -> None:
        self._connection.execute(update(t.outbox).where(t.outbox.c.id == entry_id).values(is_filed=True))

    def under(self, message_id_headers: Sequence[str]) -> OutboxEntry | None:
        query = _QUERY.where(t.outbox.c.message_id_header.in_(message_id_headers)).order_by(t.outbox.c.id.desc())
        row = self._connection.execute(query.limit(1)).one_or_none()
        return entry_from_row(row) if row is not None else None

    def mark_returned(self, entry: OutboxEntry, returned: Mapping[str, str]) -> None:
        values = {**dict(entry.returned), **returned}
        changed = update(t.outbox).where(t.outbox.c.id == entry.entry_id)
        self._connection.execute(changed.values(returned=[list(pair) for pair in values.items()]))

    def raw_under(self, message_id_header: str) -> bytes | None:
        found: bytes | None = _RAW_UNDER.scalar(self._connection, {"header": message_id_header})
        return found
