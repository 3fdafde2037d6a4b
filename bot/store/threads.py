"""Threads, and what must be known of one before a message may join it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.mail.thread import ThreadCandidate
from bot.store import tables as t
from bot.store import task_tables
from bot.store.conversations import Conversations
from bot.store.rows import MOST_OF_ADDRESS, header_key
from bot.store.statement import ListStatement, Statement

_OF_ITEM = Statement(
    select(t.work_item.c.thread_id, t.work_item.c.merged_into).where(t.work_item.c.id == bindparam("item_id"))
)

_NUMBER = task_tables.thread_number.c
_NAMING = ListStatement(
    lambda keys: select(_NUMBER.key, _NUMBER.thread_id).where(_NUMBER.key.in_(keys)).order_by(_NUMBER.thread_id)
)


class SqlThreads:
    """See `repositories.Threads`."""

    def __init__(self, connection: Connection, conversations: Conversations) -> None:
        self._connection = connection
        self._conversations = conversations

    def holding(self, message_ids: Sequence[str]) -> Sequence[ThreadCandidate]:
        keys = [header_key(one) for one in message_ids if one]
        return self._candidates(self._conversations.thread_ids_holding(keys))

    def with_keys(self, keys: Sequence[str]) -> Sequence[ThreadCandidate]:
        return self._candidates(self._conversations.thread_ids_with_keys(keys))

    def of_item(self, item_id: int) -> ThreadCandidate | None:
        self._conversations.kept.write()
        row = _OF_ITEM.first(self._connection, {"item_id": item_id})
        while row is not None and row.merged_into is not None:
            row = _OF_ITEM.first(self._connection, {"item_id": row.merged_into})
        return self._candidates([row.thread_id])[0] if row is not None else None

    def waiting_for_answer(self, sender_key: str) -> Sequence[ThreadCandidate]:
        if not sender_key:
            return []
        return self._candidates(self._conversations.thread_ids_waiting(sender_key[:MOST_OF_ADDRESS]))

    def add(self, subject: str, customer_number: str | None, now: datetime, linked_to: int | None = None) -> int:
        kept = self._conversations.kept
        thread_id = kept.next_id(t.thread)
        values = {
            "id": thread_id,
            "key": secrets.token_hex(12),
            "subject": subject,
            "customer_number": customer_number,
            "opened_at": now,
            "linked_thread_id": linked_to,
        }
        kept.add(t.thread, values)
        self._conversations.opened(thread_id, subject, customer_number)
        return thread_id

    def naming(self, keys: Sequence[str]) -> Mapping[str, int]:
        """The newest thread for each of these invoice and PO numbers, in the form of number_key()."""
        return {row.key: row.thread_id for row in _NAMING.rows(self._connection, keys)}

    def add_numbers(self, numbers: Iterable[tuple[str, int]]) -> None:
        known = {tuple(row) for row in _NAMING.rows(self._connection, list({key for key, _ in numbers}))}
        new = [one for one in dict.fromkeys(numbers) if one not in known]
        for key, thread_id in new:
            self._conversations.kept.add(task_tables.thread_number, {"key": key, "thread_id": thread_id})

    def key_of(self, thread_id: int) -> str:
        self._conversations.kept.write()
        return str(self._connection.execute(select(t.thread.c.key).where(t.thread.c.id == thread_id)).scalar_one())

    def _candidates(self, thread_ids: Iterable[int]) -> list[ThreadCandidate]:
        return [conversation.candidate() for conversation in self._conversations.get(thread_ids)]
