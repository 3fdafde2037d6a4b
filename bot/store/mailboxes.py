"""What the desk remembers of its mailboxes: cursors, deliveries and what is held in quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.desk.mailbox_trouble import Trouble
from bot.errors import ConflictError, NotFoundError
from bot.mail.cursor import Cursor
from bot.store import tables as t
from bot.store.statement import ListStatement, Statement
from bot.stored import MailboxState, NewDelivery, NewQuarantine, Quarantined

_GET = select(t.mailbox).where(t.mailbox.c.slug == bindparam("slug"))
_DELIVERY = t.delivery.c
_KNOWN = ListStatement(
    lambda keys: select(_DELIVERY.pointer).where(_DELIVERY.mailbox == bindparam("mailbox"), _DELIVERY.pointer.in_(keys))
)
_DELIVER = Statement(insert(t.delivery))


class SqlMailboxes:
    """See `repositories.Mailboxes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, slug: str) -> MailboxState:
        row = self._connection.execute(_GET, {"slug": slug}).one_or_none()
        if row is None:
            return MailboxState(slug)
        return mailbox_from_row(row)

    def begin(self, slug: str, since: datetime | None, now: datetime) -> None:
        self._touch(slug)
        self._change(slug, since=since, first_poll_at=now)

    def save_cursor(self, slug: str, before: Cursor | None, after: Cursor, now: datetime) -> None:
        stored = self._connection.scalar(select(t.mailbox.c.cursor).where(t.mailbox.c.slug == slug))
        if (dict(stored) if stored is not None else None) != (dict(before) if before is not None else None):
            raise ConflictError(f"mailbox {slug} was polled by someone else meanwhile")
        self._change(slug, cursor=dict(after), last_poll_at=now)

    def succeeded(self, slug: str, now: datetime) -> None:
        self._change(slug, last_poll_at=now, last_success_at=now, error="", failures=0, trouble=Trouble.NONE)

    def failed(self, slug: str, error: str, trouble: Trouble, now: datetime) -> None:
        self._touch(slug)
        self._change(slug, last_poll_at=now, error=error, failures=t.mailbox.c.failures + 1, trouble=trouble)

    def _touch(self, slug: str) -> None:
        if self._connection.scalar(select(t.mailbox.c.slug).where(t.mailbox.c.slug == slug)) is None:
            self._connection.execute(insert(t.mailbox).values(slug=slug))

    def _change(self, slug: str, **values: object) -> None:
        self._connection.execute(update(t.mailbox).where(t.mailbox.c.slug == slug).values(**values))


def mailbox_from_row(row: Row[Any]) -> MailboxState:
    return MailboxState(
        slug=row.slug,
        cursor=row.cursor,
        since=row.since,
        first_poll_at=row.first_poll_at,
        last_success_at=row.last_success_at,
        error=row.error,
        failures=row.failures,
        # An error from before there were kinds has none.
        trouble=Trouble(row.trouble or (Trouble.OTHER if row.error else Trouble.NONE)),
        last_poll_at=row.last_poll_at,
    )


class SqlDeliveries:
    """See `repositories.Deliveries`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known_pointers(self, mailbox: str, pointers: Sequence[str]) -> set[str]:
        found: set[str] = set()
        # Databases bound the number of parameters of one statement.
        for start in range(0, len(pointers), 500):
            rows = _KNOWN.rows(self._connection, pointers[start : start + 500], mailbox=mailbox)
            found.update(row.pointer for row in rows)
        return found

    def add_many(self, deliveries: Sequence[NewDelivery], now: datetime) -> None:
        _DELIVER.run_many(
            self._connection,
            [
                {
                    "mailbox": new.mailbox,
                    "pointer": new.pointer,
                    "received_at": new.received_at,
                    "seen_at": now,
                    "outcome": new.outcome,
                    "raw_message_id": new.raw_id,
                    "is_settled": new.is_settled,
                }
                for new in deliveries
            ],
        )

    def unsettled(self, mailbox: str, limit: int) -> Sequence[str]:
        delivery = t.delivery.c
        query = select(delivery.pointer).where(delivery.mailbox == mailbox, delivery.is_settled.is_(False))
        return list(self._connection.scalars(query.order_by(delivery.id).limit(limit)))

    def mark_settled(self, mailbox: str, pointers: Sequence[str]) -> None:
        for start in range(0, len(pointers), 500):
            part = pointers[start : start + 500]
            is_one = (t.delivery.c.mailbox == mailbox) & t.delivery.c.pointer.in_(part)
            self._connection.execute(update(t.delivery).where(is_one).values(is_settled=True))


class SqlQuarantine:
    """See `repositories.Quarantine`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, held: NewQuarantine, now: datetime) -> int:
        values = {
            "mailbox": held.mailbox,
            "pointer": held.pointer,
            "reason": held.reason,
            "raw_message_id": held.raw_id,
            "head": held.head or None,
            "held_at": now,
        }
        return int(self._connection.execute(insert(t.quarantine).returning(t.quarantine.c.id), values).scalar_one())

    def get(self, quarantine_id: int) -> Quarantined:
        row = self._connection.execute(select(t.quarantine).where(t.quarantine.c.id == quarantine_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no quarantine entry {quarantine_id}")
        return Quarantined(
            row.id, row.raw_message_id, row.mailbox, row.pointer, row.reason, row.held_at, row.released_at
        )

    def release(self, quarantine_id: int, person: str, now: datetime) -> None:
        self._connection.execute(
            update(t.quarantine).where(t.quarantine.c.id == quarantine_id).values(released_at=now, released_by=person)
        )
