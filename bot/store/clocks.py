"""Clocks of work items, what people were told by them, and when things were done last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from bot.desk.history import History, history_of
from bot.desk.record import RecordEntry
from bot.desk.sla import ClockKind
from bot.desk.user import User
from bot.desk.work_item import ItemState, WorkItem
from bot.ledger.lookup import number_key
from bot.ledger.money import Money
from bot.store import clock_tables as c
from bot.store import tables as t
from bot.store.ledger_tables import invoice
from bot.store.queue_indexes import NEVER
from bot.store.rows import item_from_row
from bot.store.statement import ListStatement, Statement
from bot.stored import Clocked, ClockRow, NewNotice

_UNCLOCKED = Statement(
    # Written as the index has it, or the index is not used.
    select(t.work_item.c.id)
    .where(literal_column("clocked_version <> version"))
    .order_by(t.work_item.c.id)
    .limit(bindparam("limit"))
)
DUE = (
    select(c.clock.c.work_item_id)
    .where(c.clock.c.next_at.is_not(None), c.clock.c.next_at <= bindparam("now"))
    .order_by(c.clock.c.next_at)
    .limit(bindparam("limit"))
)
_DUE = Statement(DUE)
_AGREED = Statement(
    select(t.work_item.c.id)
    .where(t.work_item.c.waiting_until.is_not(None), t.work_item.c.waiting_until <= bindparam("today"))
    .limit(bindparam("limit"))
)
_ITEMS = ListStatement(lambda keys: select(t.work_item).where(t.work_item.c.id.in_(keys)))
_LOCK = ListStatement(
    lambda keys: select(t.work_item.c.id).where(t.work_item.c.id.in_(keys)).with_for_update(skip_locked=True)
)
_ENTRIES = ListStatement(lambda keys: select(t.record).where(t.record.c.subject.in_(keys)).order_by(t.record.c.id))
_SENT = ListStatement(
    lambda keys: (
        select(t.draft_work_item.c.work_item_id, t.outbox.c.sent_at)
        .join_from(t.draft_work_item, t.outbox, t.outbox.c.draft_id == t.draft_work_item.c.draft_id)
        .where(t.draft_work_item.c.work_item_id.in_(keys), t.outbox.c.sent_at.is_not(None))
    )
)
_VERDICTS = ListStatement(
    lambda keys: (
        select(
            t.work_item_message.c.work_item_id,
            # Of the verdict only what is asked for: the evidence is most of it.
            t.message.c.verdict["facts"].label("facts"),
            t.message.c.verdict["currency"].as_string().label("currency"),
        )
        .join_from(t.work_item_message, t.message, t.message.c.id == t.work_item_message.c.message_id)
        .where(t.work_item_message.c.work_item_id.in_(keys), t.message.c.direction == "inbound")
    )
)
_INVOICES = ListStatement(
    lambda keys: select(invoice.c.key, invoice.c.customer_number, invoice.c.amount_cents, invoice.c.currency).where(
        invoice.c.key.in_(keys)
    )
)
_ADD = Statement(insert(c.clock))
_CLOCKED = Statement(
    update(t.work_item)
    .where(t.work_item.c.id == bindparam("item_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("clocked_version", "due_at", "rank", "sort_at", "amount_cents", "amount_currency")
        }
    )
)
_CLOCKS = ListStatement(lambda keys: select(c.clock).where(c.clock.c.work_item_id.in_(keys)))


class SqlClocks:
    """See `repositories.Clocks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unclocked(self, limit: int) -> Sequence[int]:
        return _UNCLOCKED.scalars(self._connection, {"limit": limit})

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        return list(dict.fromkeys(_DUE.scalars(self._connection, {"now": now, "limit": limit})))

    def agreed(self, today: date, limit: int) -> Sequence[int]:
        return _AGREED.scalars(self._connection, {"today": today, "limit": limit})

    def histories(self, item_ids: Sequence[int], *, with_amounts: bool) -> list[tuple[WorkItem, History]]:
        if self._connection.dialect.name == "postgresql":
            # What changes meanwhile waits, and marks the item anew afterwards. SQLite has one writer anyway.
            item_ids = [row.id for row in _LOCK.rows(self._connection, item_ids)]
        return histories(self._connection, item_ids, with_amounts=with_amounts)

    def rows(self, item_ids: Sequence[int]) -> Mapping[tuple[int, str], ClockRow]:
        found = _CLOCKS.rows(self._connection, list(item_ids))
        return {(row.work_item_id, row.kind): _clock_row(row) for row in found}

    def save(self, items: Mapping[int, Clocked], rows: Sequence[ClockRow]) -> None:
        """`items` are those whose clocks `rows` are."""
        for part in _parts(list(items)):
            self._connection.execute(delete(c.clock).where(c.clock.c.work_item_id.in_(part)))
        _ADD.run_many(self._connection, [_values(row) for row in rows])
        _CLOCKED.run_many(self._connection, [_clocked_values(item_id, one) for item_id, one in items.items()])

    def restart(self, draft_id: int) -> None:
        """Something was sent: the clocks of the items that it answers are made anew."""
        link = t.draft_work_item.c
        answered = select(link.work_item_id).where(link.draft_id == draft_id)
        self._connection.execute(update(t.work_item).where(t.work_item.c.id.in_(answered)).values(clocked_version=0))

    def restart_all(self) -> None:
        """Targets or hours changed: every living clock is made anew."""
        living = t.work_item.c.state.in_((ItemState.OPEN, ItemState.WAITING))
        self._connection.execute(update(t.work_item).where(living).values(clocked_version=0))

    def add_notice(self, notice: NewNotice, now: datetime, join_since: datetime | None) -> int:
        """A notice of its own; with `join_since` the lines go to the person's last one since then, if there is one."""
        notice_id = self._last_notice(notice.person, join_since) if join_since is not None else None
        if notice_id is None:
            made = insert(c.notice).values(person=notice.person, written_at=now).returning(c.notice.c.id)
            notice_id = int(self._connection.scalar(made) or 0)
        else:
            # It says something new, so it is unread again.
            self._connection.execute(update(c.notice).where(c.notice.c.id == notice_id).values(seen_at=None))
        lines = [
            {
                "notice_id": notice_id,
                "subject": one.subject,
                "what": one.what,
                "detail": one.detail,
                "due_at": one.due_at,
            }
            for one in notice.lines
        ]
        self._connection.execute(insert(c.notice_line), lines)
        return notice_id

    def notices_since(self, since: datetime) -> Mapping[str, int]:
        query = select(c.notice.c.person, func.count()).where(c.notice.c.written_at >= since)
        return {person: count for person, count in self._connection.execute(query.group_by(c.notice.c.person))}  # noqa: C416

    def see_notices(self, user: User, now: datetime) -> None:
        unseen = told(user) & c.notice.c.seen_at.is_(None)
        self._connection.execute(update(c.notice).where(unseen).values(seen_at=now))

    def mark(self, name: str) -> str | None:
        found: str | None = self._connection.scalar(select(c.last_run.c.mark).where(c.last_run.c.name == name))
        return found

    def set_mark(self, name: str, mark: str, now: datetime) -> None:
        values = {"mark": mark, "done_at": now}
        changed = self._connection.execute(update(c.last_run).where(c.last_run.c.name == name).values(**values))
        if not changed.rowcount:
            self._connection.execute(insert(c.last_run).values(name=name, **values))

    def _last_notice(self, person: str, since: datetime) -> int | None:
        held = c.notice.c
        query = select(held.id).where(held.person == person, held.written_at >= since).order_by(held.id.desc())
        found: int | None = self._connection.scalar(query.limit(1))
        return found


def told(user: User) -> ColumnElement[bool]:
    """The notices for the person. What everybody is told is of any queue, so it is for those who have every queue."""
    return c.notice.c.person.in_((user.name, "") if user.queues is None else (user.name,))


def new_notices(user: User) -> Select[Any]:
    """Those that nobody has marked as seen."""
    return select(c.notice.c.id).where(told(user), c.notice.c.seen_at.is_(None))


def histories(connection: Connection, item_ids: Sequence[int], *, with_amounts: bool) -> list[tuple[WorkItem, History]]:
    """The items with all that happened to them, a few statements for all of them."""
    ids = list(item_ids)
    items = [item_from_row(row) for row in _ITEMS.rows(connection, ids)]
    # Nothing was ever done with an item of the first version, so most have no entries worth reading.
    changed = [item.number for item in items if item.version > 1]
    entries = _grouped(_ENTRIES.rows(connection, changed), lambda row: row.subject, _entry)
    sent = _grouped(_SENT.rows(connection, ids), lambda row: row.work_item_id, lambda row: row.sent_at)
    amounts = _amounts(connection, items) if with_amounts else {}
    return [
        (
            item,
            history_of(item, entries.get(item.number, []), sent.get(item.item_id, []), amounts.get(item.item_id)),
        )
        for item in items
    ]


def _amounts(connection: Connection, items: Sequence[WorkItem]) -> Mapping[int, Money]:
    """The largest amount that is at stake: of an invoice named, as the ledger first had it, or named itself.

    Sums in several currencies are compared as numbers: they only say what deserves to be looked at first.
    """
    named: dict[int, list[Money]] = {}
    keys: dict[int, set[str]] = {}
    for row in _VERDICTS.rows(connection, [item.item_id for item in items]):
        facts = [(kind, value) for kind, value, *_ in row.facts or ()]
        amounts = (Money(Decimal(value), row.currency or "USD") for kind, value in facts if kind == "amount")
        named.setdefault(row.work_item_id, []).extend(amounts)
        keys.setdefault(row.work_item_id, set()).update(number_key(value) for kind, value in facts if kind == "invoice")
    invoices = _invoice_amounts(connection, sorted({key for many in keys.values() for key in many} - {""}))
    for item in items:
        # An invoice of another account is none of this item's.
        own = [(item.customer_number or "", key) for key in keys.get(item.item_id, ())]
        named.setdefault(item.item_id, []).extend(invoices[one] for one in own if one in invoices)
    return {item_id: max(sums, key=lambda one: one.amount) for item_id, sums in named.items() if sums}


def _invoice_amounts(connection: Connection, keys: Sequence[str]) -> Mapping[tuple[str, str], Money]:
    return {
        (row.customer_number, row.key): Money.from_cents(row.amount_cents, row.currency)
        for part in _parts(keys)
        for row in _INVOICES.rows(connection, part)
    }


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any], value: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(value(row))
    return found


def _entry(row: Row[Any]) -> RecordEntry:
    return RecordEntry(row.at, row.who, row.what, row.subject, row.before, row.after)


def _clock_row(row: Row[Any]) -> ClockRow:
    return ClockRow(
        row.work_item_id,
        ClockKind(row.kind),
        row.rule,
        row.started_at,
        row.due_at,
        row.stopped_at,
        row.state,
        row.reached,
        row.next_at,
    )


def _values(row: ClockRow) -> Mapping[str, object]:
    return {
        "work_item_id": row.item_id,
        "kind": row.kind,
        "rule": row.rule,
        "started_at": row.started_at,
        "due_at": row.due_at,
        "stopped_at": row.stopped_at,
        "state": row.state,
        "reached": row.reached,
        "next_at": row.next_at,
    }


def _clocked_values(item_id: int, clocked: Clocked) -> Mapping[str, object]:
    at_stake = clocked.at_stake
    return {
        "item_id": item_id,
        "new_clocked_version": clocked.version,
        "new_due_at": clocked.due_at,
        "new_rank": int(clocked.rank),
        "new_sort_at": clocked.due_at or datetime.fromisoformat(NEVER),
        "new_amount_cents": at_stake.cents if at_stake is not None else 0,
        "new_amount_currency": at_stake.currency if at_stake is not None else "",
    }


def _parts(values: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
