"""Threads, and what must be known of one before a message may join it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, select

from bot.desk.draft import DraftState
from bot.desk.work_item import ItemState
from bot.ledger.lookup import number_key
from bot.mail.subjects import normalised_subject
from bot.mail.thread import ThreadCandidate
from bot.store import tables as t
from bot.store import task_tables
from bot.store.messages import header_key
from bot.store.statement import ListStatement, Statement

_HOLDING = ListStatement(
    lambda keys: (
        select(t.message.c.thread_id).where(t.message.c.message_id_sha256.in_(keys)).order_by(t.message.c.id.desc())
    )
)
_WITH_KEYS = ListStatement(lambda keys: select(t.thread.c.id).where(t.thread.c.key.in_(keys)))
_WAITING = Statement(
    select(t.message.c.thread_id)
    .select_from(t.message.join(t.draft, t.draft.c.thread_id == t.message.c.thread_id))
    .where(
        t.message.c.sender_key == bindparam("sender"),
        t.message.c.direction == "inbound",
        or_(t.draft.c.state == DraftState.OPEN, t.draft.c.state == DraftState.STALE),
    )
    .order_by(t.message.c.id.desc())
    .limit(5)
)
_ADD = Statement(insert(t.thread).returning(t.thread.c.id))
_THREAD = Statement(
    select(t.thread.c.customer_number, t.thread.c.subject).where(t.thread.c.id == bindparam("thread_id"))
)
_MESSAGES = Statement(
    select(
        t.message.c.direction,
        t.message.c.sender_key,
        t.message.c.recipients,
        t.message.c.verdict,
        t.message.c.received_at,
    ).where(t.message.c.thread_id == bindparam("thread_id"))
)
_ITEMS = Statement(
    select(t.work_item.c.state, t.work_item.c.resolved_at).where(t.work_item.c.thread_id == bindparam("thread_id"))
)

_NUMBER = task_tables.thread_number.c
_NAMING = ListStatement(
    lambda keys: select(_NUMBER.key, _NUMBER.thread_id).where(_NUMBER.key.in_(keys)).order_by(_NUMBER.thread_id)
)
_ADD_NUMBER = Statement(insert(task_tables.thread_number))


class SqlThreads:
    """See `repositories.Threads`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holding(self, message_ids: Sequence[str]) -> Sequence[ThreadCandidate]:
        keys = [header_key(one) for one in message_ids if one]
        return self._candidates(row[0] for row in _HOLDING.rows(self._connection, keys))

    def with_keys(self, keys: Sequence[str]) -> Sequence[ThreadCandidate]:
        return self._candidates(row[0] for row in _WITH_KEYS.rows(self._connection, keys))

    def of_item(self, item_id: int) -> ThreadCandidate | None:
        item = t.work_item.c
        row = self._connection.execute(select(item.thread_id, item.merged_into).where(item.id == item_id)).one_or_none()
        while row is not None and row.merged_into is not None:
            row = self._connection.execute(
                select(item.thread_id, item.merged_into).where(item.id == row.merged_into)
            ).one_or_none()
        return self._candidates([row.thread_id])[0] if row is not None else None

    def waiting_for_answer(self, sender_key: str) -> Sequence[ThreadCandidate]:
        if not sender_key:
            return []
        return self._candidates(_WAITING.scalars(self._connection, {"sender": sender_key[:320]}))

    def add(self, subject: str, customer_number: str | None, now: datetime, linked_to: int | None = None) -> int:
        values = {
            "key": secrets.token_hex(12),
            "subject": subject,
            "customer_number": customer_number,
            "opened_at": now,
            "linked_thread_id": linked_to,
        }
        return int(_ADD.scalar(self._connection, values))

    def naming(self, keys: Sequence[str]) -> Mapping[str, int]:
        """The newest thread for each of these invoice and PO numbers, in the form of number_key()."""
        return {row.key: row.thread_id for row in _NAMING.rows(self._connection, keys)}

    def add_numbers(self, numbers: Iterable[tuple[str, int]]) -> None:
        known = {tuple(row) for row in _NAMING.rows(self._connection, list({key for key, _ in numbers}))}
        new = [one for one in dict.fromkeys(numbers) if one not in known]
        _ADD_NUMBER.run_many(self._connection, [{"key": key, "thread_id": thread_id} for key, thread_id in new])

    def key_of(self, thread_id: int) -> str:
        return str(self._connection.execute(select(t.thread.c.key).where(t.thread.c.id == thread_id)).scalar_one())

    def _candidates(self, thread_ids: Iterable[int]) -> list[ThreadCandidate]:
        return [self._candidate(thread_id) for thread_id in dict.fromkeys(thread_ids)]

    def _candidate(self, thread_id: int) -> ThreadCandidate:
        thread = _THREAD.first(self._connection, {"thread_id": thread_id})
        messages = _MESSAGES.rows(self._connection, {"thread_id": thread_id})
        participants: set[str] = set()
        invoices: set[str] = set()
        for row in messages:
            if row.direction == "inbound":
                participants.add(row.sender_key)
            else:
                # Whom a person approved an answer to belongs to the conversation; whom a stranger copied does not.
                participants.update(email.lower() for _, email in row.recipients["to"] + row.recipients["cc"])
            facts = row.verdict["facts"] if row.verdict else []
            invoices.update(number_key(fact[1]) for fact in facts if fact[0] == "invoice")
        return ThreadCandidate(
            thread_id,
            thread.customer_number,
            frozenset(participants - {""}),
            normalised_subject(thread.subject),
            frozenset(invoices),
            self._closed_at(thread_id),
            tuple(row.received_at for row in messages if row.direction == "inbound"),
        )

    def _closed_at(self, thread_id: int) -> datetime | None:
        """When the last of its work items was resolved; None while one is open or where there is none."""
        rows = _ITEMS.rows(self._connection, {"thread_id": thread_id})
        live = [row for row in rows if row.state != ItemState.MERGED]
        if not live or any(row.state != ItemState.RESOLVED for row in live):
            return None
        closed: datetime = max(row.resolved_at for row in live)
        return closed
