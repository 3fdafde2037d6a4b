"""Filling the search: what is not found yet, and the words under which it will be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, text

from bot.desk.draft import DraftState
from bot.desk.search_words import Searchable
from bot.desk.verdict import FoundFact
from bot.mail.address import Address
from bot.store import tables as t
from bot.store.search_tables import search_entry
from bot.store.statement import Statement

# Two who write at once commit in any order: so many ids before the newest one that was seen are looked at again.
LOOK_BACK = 500

_ADD = Statement(insert(search_entry).returning(search_entry.c.id))
# The words are made already: the databases are to cut nothing, and to know no language.
_ADD_WORDS = {
    "sqlite": text("INSERT INTO search_words (rowid, words) VALUES (:entry_id, :words)"),
    "postgresql": text(
        "INSERT INTO search_words (entry_id, words) VALUES (:entry_id, array_to_tsvector(string_to_array(:words, ' ')))"
    ),
}

_READ_OF_MESSAGE = (
    *("id", "received_at", "subject", "newest_text", "sender_name", "sender_email", "customer_number"),
    *("recipients", "attachments", "verdict"),
)


class SqlSearch:
    """See `search_repositories.Search`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unfilled_messages(self, after: int, limit: int) -> Sequence[Searchable]:
        message = t.message
        # Without the formatted text, which is most of a row.
        columns = (message.c[name] for name in _READ_OF_MESSAGE)
        query = select(*columns).where(message.c.id > after - LOOK_BACK, ~_has_entry("message", message.c.id))
        return [_message(row) for row in self._connection.execute(query.order_by(message.c.id).limit(limit))]

    def unfilled_notes(self, after: int, limit: int) -> Sequence[Searchable]:
        note = t.note.c
        query = select(t.note, t.work_item.c.customer_number).join(t.work_item)
        query = query.where(note.id > after - LOOK_BACK, ~_has_entry("note", note.id)).order_by(note.id).limit(limit)
        return [
            Searchable("note", row.id, 1, row.written_at, (row.body, row.author), customer_number=row.customer_number)
            for row in self._connection.execute(query)
        ]

    def unfilled_drafts(self, limit: int) -> Sequence[Searchable]:
        draft, version = t.draft, t.draft_version
        is_newest = (version.c.draft_id == draft.c.id) & (version.c.version == draft.c.version)
        query = select(version, t.thread.c.customer_number).select_from(draft.join(version, is_newest).join(t.thread))
        waits = draft.c.state.in_((DraftState.OPEN, DraftState.STALE))
        query = query.where(waits, ~_has_entry("draft", draft.c.id, version.c.version)).limit(limit)
        return [_draft(row) for row in self._connection.execute(query.order_by(draft.c.id))]

    def add(self, found: Iterable[tuple[Searchable, Sequence[str]]]) -> None:
        """Entries with their words. Raises ConflictError on leaving where another worker added one meanwhile."""
        rows = []
        for one, words in found:
            values = {"kind": one.kind, "subject_id": one.subject_id, "version": one.version, "at": one.at}
            rows.append({"entry_id": _ADD.scalar(self._connection, values), "words": " ".join(words)})
        self._connection.execute(_ADD_WORDS[self._connection.dialect.name], rows)

    def count(self) -> int:
        return int(self._connection.scalar(select(func.count()).select_from(search_entry)) or 0)


def _has_entry(kind: str, subject_id: Any, version: Any = 1) -> Any:
    entry = search_entry.c
    return exists().where(entry.kind == kind, entry.subject_id == subject_id, entry.version == version)


def _message(row: Row[*tuple[Any, ...]]) -> Searchable:
    files = tuple(name for name, *_ in row.attachments)
    facts = tuple(FoundFact(*fact) for fact in (row.verdict or {}).get("facts", ()))
    named = [part for field in ("to", "cc") for address in row.recipients.get(field, ()) for part in address]
    texts = (row.subject, row.newest_text, row.sender_name, row.sender_email, *named, *files)
    sender = Address(row.sender_name, row.sender_email)
    return Searchable("message", row.id, 1, row.received_at, texts, sender, row.customer_number, facts)


def _draft(row: Row[*tuple[Any, ...]]) -> Searchable:
    texts = (row.subject, row.body, *row.recipients, *row.copies, *(name for name, *_ in row.files))
    return Searchable("draft", row.draft_id, row.version, row.written_at, texts, customer_number=row.customer_number)
