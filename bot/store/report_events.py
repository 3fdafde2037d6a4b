"""What happened in the time of a report, from the record: decisions on drafts, deliveries, mail sent, alarms told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.reports.facts import DraftFacts, Happening
from bot.store import tables as t
from bot.store.statement import in_parts

_DECISIONS = {"approved_draft": "approved", "rejected_draft": "rejected"}
_ABOUT_DRAFTS = (*_DECISIONS, "revised_draft", "took_back")
_DRAFT = "draft:"
_CHUNK = 5000
# The record is numbered as it is committed, and several write at a time: their moments are not quite in order.
_SLACK = timedelta(hours=1)


def drafts_decided(connection: Connection, since: datetime, moment: datetime) -> list[DraftFacts]:
    """Decisions of that time which stood at the moment: not those that were taken back by then."""
    decided: dict[int, Any] = {}
    for entry in _entries(connection, since, _ABOUT_DRAFTS):
        if since < entry.at <= moment and entry.subject.startswith(_DRAFT):
            draft_id = int(entry.subject.removeprefix(_DRAFT))
            if entry.what in _DECISIONS:
                decided[draft_id] = entry
            elif entry.what == "took_back":
                decided.pop(draft_id, None)
    edited = _edited(connection, {draft_id: entry.at for draft_id, entry in decided.items()})
    rows = _rows_of_drafts(connection, sorted(decided))
    items = _items_of_drafts(connection, sorted(decided))
    return [
        DraftFacts(
            draft_id=row.id,
            kind=row.kind,
            subject=row.subject,
            decision=_DECISIONS[decided[row.id].what],
            decided_by=decided[row.id].who,
            decided_at=decided[row.id].at,
            is_edited=row.id in edited,
            mail_at=row.received_at,
            items=tuple(items.get(row.id, ())),
        )
        for row in rows
    ]


def _entries(connection: Connection, since: datetime, whats: Sequence[str]) -> list[Any]:
    """Entries of these kinds since a moment, oldest first. Read from the newest back, so that an old record costs
    nothing, and of the others only what tells that they are others."""
    record, before = t.record.c, None
    wanted: list[int] = []
    while True:
        query = select(record.id, record.at, record.what)
        if before is not None:
            query = query.where(record.id < before)
        rows = connection.execute(query.order_by(record.id.desc()).limit(_CHUNK)).all()
        wanted.extend(row.id for row in rows if row.what in whats and row.at > since)
        if len(rows) < _CHUNK or rows[-1].at < since - _SLACK:
            break
        before = rows[-1].id
    whole = select(record.id, record.at, record.who, record.what, record.subject, record.after).order_by(record.id)
    return [
        row for part in in_parts(wanted[::-1]) for row in connection.execute(whole.where(record.id.in_(part))).all()
    ]


def _edited(connection: Connection, decided_at: dict[int, datetime]) -> set[int]:
    """Drafts that a person revised before the decision, however long before."""
    found: set[int] = set()
    for part in in_parts(sorted(decided_at)):
        subjects = [f"{_DRAFT}{one}" for one in part]
        query = select(t.record.c.subject, t.record.c.at).where(
            t.record.c.subject.in_(subjects), t.record.c.what == "revised_draft"
        )
        for row in connection.execute(query):
            draft_id = int(row.subject.removeprefix(_DRAFT))
            if row.at <= decided_at[draft_id]:
                found.add(draft_id)
    return found


def _rows_of_drafts(connection: Connection, ids: Sequence[int]) -> list[Any]:
    version = t.draft_version
    found: list[Any] = []
    for part in in_parts(ids):
        query = (
            select(t.draft.c.id, t.draft.c.kind, version.c.subject, t.message.c.received_at)
            # The first version: later ones may be younger than the moment of the report.
            .join_from(t.draft, version, (version.c.draft_id == t.draft.c.id) & (version.c.version == 1))
            .outerjoin(t.message, t.message.c.id == t.draft.c.reply_to_message_id)
            .where(t.draft.c.id.in_(part))
            .order_by(t.draft.c.id)
        )
        found.extend(connection.execute(query).all())
    return found


def _items_of_drafts(connection: Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    link, found = t.draft_work_item.c, dict[int, list[int]]()
    for part in in_parts(ids):
        query = select(link.draft_id, link.work_item_id).where(link.draft_id.in_(part)).order_by(link.work_item_id)
        for draft_id, item_id in connection.execute(query):
            found.setdefault(draft_id, []).append(item_id)
    return found


def happenings(
    connection: Connection, since: datetime, moment: datetime, mailboxes: Sequence[str]
) -> Iterator[Happening]:
    delivery, outbox = t.delivery.c, t.outbox.c
    seen = select(delivery.id, delivery.mailbox, delivery.outcome, delivery.seen_at)
    for row in connection.execute(seen.where(delivery.seen_at > since, delivery.seen_at <= moment)):
        # What was quarantined at once counts there.
        if row.outcome != "quarantined":
            yield Happening(f"delivery:{row.id}", row.mailbox, row.outcome, row.seen_at)
    sent = select(outbox.id, outbox.mailbox, outbox.sent_at, outbox.recipients)
    for row in connection.execute(sent.where(outbox.sent_at > since, outbox.sent_at <= moment)):
        yield Happening(f"outbox:{row.id}", row.mailbox, "sent", row.sent_at, ", ".join(row.recipients))
    for entry in _entries(connection, since, ("told_staff",)):
        if entry.at <= moment:
            alarms = str(entry.after.get("alarms", ""))
            # The name of the mailbox follows the kind of the alarm; one about the whole desk names none.
            named = [alarm.partition(" ")[2] for alarm in alarms.split(", ")]
            for mailbox in dict.fromkeys(one if one in mailboxes else "" for one in named):
                yield Happening(f"record:{entry.id}", mailbox, "alarm", entry.at, alarms)
