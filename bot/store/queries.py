"""What pages, lists and reports read. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from bot.desk.draft import Draft
from bot.desk.outbox import OutboxEntry, OutboxState
from bot.desk.record import RecordEntry
from bot.desk.user import User
from bot.desk.work_item import WorkItem
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store import user_tables as people
from bot.store.engine import reading
from bot.store.mailboxes import mailbox_from_row
from bot.store.outbox import entry_from_row
from bot.store.rows import COLUMNS, NEWEST, draft_from_row, item_from_row
from bot.store.users import USER, user_from_row
from bot.stored import MailboxState, Quarantined


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which work items a list shows; None leaves a field open. `after` is the id to go on from (newest first)."""

    queue: str | None = None
    category: str | None = None
    state: str | None = None
    assignee: str | None = None
    side: str | None = None
    customer: str | None = None
    after: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: WorkItem
    customer_name: str
    messages: int


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft with the items it answers and, once decided, who decided what."""

    draft: Draft
    item_ids: tuple[int, ...]
    decision: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class OutboxRow:
    entry: OutboxEntry
    subject: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A person as an administrator sees them. With neither password nor single sign-on they do not get in yet."""

    user: User
    has_password: bool
    has_second_factor: bool
    log_ins: int
    has_single_sign_on: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of the messages that are on the server now.

    on_server = stored + duplicate + quarantined + out_of_scope + missing, and `missing` ought to be 0.
    """

    mailbox: str
    on_server: int
    stored: int
    duplicate: int
    quarantined: int
    out_of_scope: int
    missing: int

    @property
    def closes(self) -> bool:
        return self.missing == 0


class Queries:
    """One connection for each question, only for reading."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def items(self, chosen: ItemFilter) -> list[ItemRow]:
        """Newest first."""
        messages = (
            select(func.count())
            .select_from(t.work_item_message)
            .where(t.work_item_message.c.work_item_id == t.work_item.c.id)
            .scalar_subquery()
        )
        joined = t.work_item.outerjoin(ledger.customer, ledger.customer.c.number == t.work_item.c.customer_number)
        query = select(t.work_item, ledger.customer.c.name.label("customer_name"), messages.label("messages"))
        query = _filtered(query.select_from(joined), chosen).order_by(t.work_item.c.id.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(chosen.limit) if chosen.limit else query).all()
        return [ItemRow(item_from_row(row), row.customer_name or "", row.messages) for row in rows]

    def drafts(self, state: str | None = None, item_id: int | None = None, limit: int | None = None) -> list[DraftRow]:
        """Newest first."""
        joined = NEWEST.outerjoin(t.approval, t.approval.c.draft_id == t.draft.c.id)
        query = select(*COLUMNS, t.approval.c.decision, t.approval.c.decided_by).select_from(joined)
        if state is not None:
            query = query.where(t.draft.c.state == state)
        if item_id is not None:
            link = t.draft_work_item.c
            query = query.where(t.draft.c.id.in_(select(link.draft_id).where(link.work_item_id == item_id)))
        query = query.order_by(t.draft.c.id.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(limit) if limit else query).all()
            items = _items_of(connection, [row.id for row in rows])
        return [
            DraftRow(draft_from_row(row), items.get(row.id, ()), row.decision or "", row.decided_by or "")
            for row in rows
        ]

    def outbox(self, state: str | None = None, limit: int = 500) -> list[OutboxRow]:
        """Newest first."""
        joined = t.outbox.join(t.approval, t.approval.c.draft_id == t.outbox.c.draft_id).join(
            t.draft, t.draft.c.id == t.outbox.c.draft_id
        )
        joined = joined.join(
            t.draft_version,
            (t.draft_version.c.draft_id == t.draft.c.id) & (t.draft_version.c.version == t.approval.c.version),
        )
        query = select(
            t.outbox, t.approval.c.decided_by, t.approval.c.sha256, t.approval.c.decision, t.draft_version.c.subject
        ).select_from(joined)
        if state is not None:
            query = query.where(t.outbox.c.state == state)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(t.outbox.c.id.desc()).limit(limit)).all()
        return [OutboxRow(entry_from_row(row), row.subject) for row in rows]

    def quarantined(self, *, with_released: bool = False) -> list[Quarantined]:
        query = select(t.quarantine).order_by(t.quarantine.c.id.desc())
        if not with_released:
            query = query.where(t.quarantine.c.released_at.is_(None))
        with reading(self._engine) as connection:
            return [
                Quarantined(
                    row.id, row.raw_message_id, row.mailbox, row.pointer, row.reason, row.held_at, row.released_at
                )
                for row in connection.execute(query)
            ]

    def record(self, subject: str | None = None, limit: int = 200) -> list[RecordEntry]:
        """Newest first."""
        query = select(t.record).order_by(t.record.c.id.desc()).limit(limit)
        if subject is not None:
            query = query.where(t.record.c.subject == subject)
        with reading(self._engine) as connection:
            return [
                RecordEntry(row.at, row.who, row.what, row.subject, row.before, row.after)
                for row in connection.execute(query)
            ]

    def mailboxes(self) -> list[MailboxState]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(t.mailbox).order_by(t.mailbox.c.slug)).all()
        return [mailbox_from_row(row) for row in rows]

    def balance(self, mailbox: str, pointers: Sequence[str], history: Set[str]) -> Balance:
        """Compare what is on the server now with what the desk knows of it."""
        joined = t.delivery.outerjoin(t.raw_message, t.raw_message.c.id == t.delivery.c.raw_message_id)
        query = select(t.delivery.c.pointer, t.delivery.c.outcome, t.raw_message.c.state).select_from(joined)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(t.delivery.c.mailbox == mailbox)).all()
        # A message that was stored may have been quarantined when it was taken in.
        became = {
            row.pointer: "quarantined" if row.outcome == "stored" and row.state == "quarantined" else row.outcome
            for row in rows
        }
        found = [became.get(pointer, "history" if pointer in history else "missing") for pointer in pointers]
        return Balance(
            mailbox,
            len(pointers),
            found.count("stored"),
            found.count("duplicate"),
            found.count("quarantined"),
            found.count("history"),
            found.count("missing") + found.count("vanished"),
        )

    def users(self) -> list[User]:
        with reading(self._engine) as connection:
            return [user_from_row(row) for row in connection.execute(select(*USER).order_by(people.user.c.name))]

    def account_lines(self, now: datetime) -> list[AccountLine]:
        """Everybody, by name, with what an administrator looks at."""
        log_ins = (
            select(func.count())
            .where(people.session.c.user_name == people.user.c.name, people.session.c.expires_at > now)
            .scalar_subquery()
        )
        identity = people.identity.c
        has_single_sign_on = select(identity.subject).where(identity.user_name == people.user.c.name).exists()
        shown = (people.user.c.code_secret, people.user.c.password_hash, has_single_sign_on.label("single_sign_on"))
        query: Select[Any] = select(*USER, *shown, log_ins.label("log_ins")).order_by(people.user.c.name)
        with reading(self._engine) as connection:
            return [
                AccountLine(
                    user_from_row(row),
                    has_password=bool(row.password_hash),
                    has_second_factor=bool(row.code_secret),
                    log_ins=row.log_ins,
                    has_single_sign_on=bool(row.single_sign_on),
                )
                for row in connection.execute(query)
            ]

    def waiting_work(self) -> dict[str, int]:
        """What still waits: for the desk (raw, queued) and for people (uncertain, quarantine)."""
        with reading(self._engine) as connection:
            return {
                "raw": _count(connection, select(t.raw_message.c.id).where(t.raw_message.c.state == "waiting")),
                "queued": _count(connection, select(t.outbox.c.id).where(t.outbox.c.state == OutboxState.QUEUED)),
                "uncertain": _count(connection, select(t.outbox.c.id).where(t.outbox.c.state == OutboxState.UNCERTAIN)),
                "quarantine": _count(connection, select(t.quarantine.c.id).where(t.quarantine.c.released_at.is_(None))),
            }


def _filtered(query: Select[Any], chosen: ItemFilter) -> Select[Any]:
    item = t.work_item.c
    wanted = {
        item.queue: chosen.queue,
        item.category: chosen.category,
        item.state: chosen.state,
        item.assignee: chosen.assignee,
        item.side: chosen.side,
        item.customer_number: chosen.customer,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    return query.where(item.id < chosen.after) if chosen.after is not None else query


def _items_of(connection: Connection, draft_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    link = t.draft_work_item.c
    found: dict[int, tuple[int, ...]] = {}
    for start in range(0, len(draft_ids), 500):
        part = draft_ids[start : start + 500]
        query = select(link.draft_id, link.work_item_id).where(link.draft_id.in_(part)).order_by(link.work_item_id)
        for draft_id, item_id in connection.execute(query):
            found[draft_id] = (*found.get(draft_id, ()), item_id)
    return found


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)
