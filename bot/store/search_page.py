"""What a search finds, newest first: messages, notes and drafts, with the work items of their conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Row,
    Select,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from bot.desk.draft import DraftState
from bot.desk.search_query import Sought, Term
from bot.desk.search_words import sender_word
from bot.desk.user import User
from bot.desk.work_item import ItemState, WorkItem
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.object_queues import thread_lies_in
from bot.store.rows import item_from_row
from bot.store.search_tables import WORDS, search_entry

PAGE = 20
# Of words that stand everywhere only so many of the newest are held against the filters.
MOST_HELD = 5_000
MOST_ACCOUNTS = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. `who` wrote it; `text` is whole, the page shows a part."""

    entry_id: int
    kind: str
    at: datetime
    who: str
    subject: str
    text: str
    thread_id: int
    items: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    hits: tuple[Hit, ...]
    next_after: int | None


def search_page(engine: Engine, sought: Sought, user: User, zone: ZoneInfo, after: int | None = None) -> SearchPage:
    """Only what lies in the person's queues is found."""
    with reading(engine) as connection:
        accounts = _accounts(connection, sought.customer) if sought.customer else ()
        if sought.customer and not accounts:
            return SearchPage((), None)
        found = connection.execute(_hits(connection, sought, user, zone, accounts, after).limit(PAGE + 1)).all()
        items = _items_of(connection, [row.thread_id for row in found], user)
    hits = tuple(_hit(row, items.get(row.thread_id, ())) for row in found[:PAGE])
    return SearchPage(hits, hits[-1].entry_id if len(found) > PAGE else None)


def _hits(
    connection: Connection, sought: Sought, user: User, zone: ZoneInfo, accounts: Sequence[str], after: int | None
) -> Select[Any]:
    groups = list(sought.groups)
    if accounts:
        groups.append(tuple(Term(f"customer:{sender_word(number)}") for number in accounts))
    entry, message, note, draft = search_entry.c, t.message, t.note, t.draft
    held = _held(connection, groups, after).subquery("held")
    joined: FromClause = search_entry.join(held, held.c.id == entry.id)
    joined = joined.outerjoin(message, (entry.kind == "message") & (message.c.id == entry.subject_id))
    joined = joined.outerjoin(note, (entry.kind == "note") & (note.c.id == entry.subject_id))
    joined = joined.outerjoin(t.work_item, t.work_item.c.id == note.c.work_item_id)
    # Of a draft the version that waits, and no other.
    waits = draft.c.state.in_((DraftState.OPEN, DraftState.STALE)) & (draft.c.version == entry.version)
    joined = joined.outerjoin(draft, (entry.kind == "draft") & (draft.c.id == entry.subject_id) & waits)
    version = t.draft_version
    joined = joined.outerjoin(version, (version.c.draft_id == draft.c.id) & (version.c.version == draft.c.version))
    thread_id = func.coalesce(message.c.thread_id, t.work_item.c.thread_id, draft.c.thread_id)
    query = select(
        entry.id,
        entry.kind,
        entry.at,
        thread_id.label("thread_id"),
        func.coalesce(message.c.sender_name, note.c.author, version.c.author).label("who"),
        message.c.sender_email,
        func.coalesce(message.c.subject, t.work_item.c.subject, version.c.subject).label("subject"),
        func.coalesce(message.c.newest_text, note.c.body, version.c.body).label("text"),
    )
    query = query.select_from(joined).where(thread_id.is_not(None), *_conditions(sought, thread_id, zone))
    if user.queues is not None:
        query = query.where(thread_lies_in(user.queues, thread_id))
    return query.order_by(entry.id.desc())


def _held(connection: Connection, groups: Sequence[Sequence[Term]], after: int | None) -> Select[Any]:
    """The newest entries that have the words."""
    if not groups:
        query = select(search_entry.c.id.label("id"))
        key: ColumnElement[Any] = search_entry.c.id
    elif connection.dialect.name == "sqlite":
        words = table(WORDS, column("rowid"))
        key = words.c.rowid
        match = literal_column(WORDS).op("MATCH")(bindparam("match", _for_sqlite(groups)))
        query = select(key.label("id")).select_from(words).where(match)
    else:
        words = table(WORDS, column("entry_id"), column("words"))
        key = words.c.entry_id
        asked = cast(bindparam("match", _for_postgresql(groups)), TSQUERY)
        query = select(key.label("id")).where(words.c.words.op("@@")(asked))
    if after is not None:
        query = query.where(key < after)
    return query.order_by(key.desc()).limit(MOST_HELD)


def _for_sqlite(groups: Sequence[Sequence[Term]]) -> str:
    """The words hold no quotation mark: they are letters, digits and a few signs."""
    return " AND ".join(f"({' OR '.join(_quoted(one, chr(34), '*') for one in group)})" for group in groups)


def _for_postgresql(groups: Sequence[Sequence[Term]]) -> str:
    return " & ".join(f"({' | '.join(_quoted(one, chr(39), ':*') for one in group)})" for group in groups)


def _quoted(term: Term, mark: str, begin: str) -> str:
    return f"{mark}{term.word}{mark}{begin if term.is_begin else ''}"


def _conditions(sought: Sought, thread_id: ColumnElement[Any], zone: ZoneInfo) -> Iterator[ColumnElement[bool]]:
    if sought.before is not None:
        yield search_entry.c.at < datetime.combine(sought.before, time(), zone)
    if sought.since is not None:
        yield search_entry.c.at >= datetime.combine(sought.since, time(), zone)
    item = t.work_item.alias("held_item")
    wanted = [
        (item.c.category == sought.category) if sought.category else None,
        (item.c.state == sought.state) if sought.state else None,
        (item.c.amount_cents >= sought.least_cents) if sought.least_cents is not None else None,
        (item.c.amount_cents <= sought.most_cents) if sought.most_cents is not None else None,
    ]
    conditions = [one for one in wanted if one is not None]
    if conditions:
        yield exists().where(item.c.thread_id == thread_id, *conditions)


def _accounts(connection: Connection, asked: str) -> Sequence[str]:
    """By its number, or by a part of its name."""
    customer = ledger.customer.c
    named = or_(
        func.lower(customer.number) == asked.lower(), func.lower(customer.name).contains(asked.lower(), autoescape=True)
    )
    return connection.scalars(select(customer.number).where(named).order_by(customer.number).limit(MOST_ACCOUNTS)).all()


def _items_of(connection: Connection, thread_ids: Sequence[int], user: User) -> dict[int, tuple[WorkItem, ...]]:
    item = t.work_item.c
    query = select(t.work_item).where(item.thread_id.in_(set(thread_ids)), item.state != ItemState.MERGED)
    found: dict[int, tuple[WorkItem, ...]] = {}
    for row in connection.execute(query.order_by(item.id)):
        if user.works_in(row.queue):
            found[row.thread_id] = (*found.get(row.thread_id, ()), item_from_row(row))
    return found


def _hit(row: Row[*tuple[Any, ...]], items: tuple[WorkItem, ...]) -> Hit:
    who = row.who or row.sender_email or ""
    return Hit(row.id, row.kind, row.at, who, row.subject, row.text, row.thread_id, items)
