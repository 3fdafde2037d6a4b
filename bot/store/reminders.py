"""What reminders need to know, and which were written. People set holds, and open work makes some of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from bot.desk.draft import DraftState
from bot.desk.reminder import ReturnedInvoices
from bot.desk.work_item import ItemState, number_of
from bot.ledger.certificate import Certificate
from bot.ledger.customer import ON_PAPER
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import number_key
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.clock_tables import invoice_hold, reminder
from bot.store.ledger_reading import invoice_from_row
from bot.stored import Hold, WaitingDraft, WrittenReminder

# What of a customer's open work pauses the invoices that it names, and how people call it.
PAUSING = {
    "dispute": "disputed",
    "revision": "a revision is open",
    "refund": "a refund is open",
    "tax_exempt": "an exemption is open",
}
_UNDONE = (ItemState.OPEN, ItemState.WAITING)
_WAITS = (DraftState.OPEN, DraftState.STALE)


class SqlReminders:
    """See `timekeeping.Reminders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_invoices(self, due_by: date) -> Mapping[str, list[Invoice]]:
        """By customer: what is owed, and what is disputed, up to a day."""
        row = ledger.invoice.c
        query = select(ledger.invoice).where(row.due_on <= due_by, row.status.in_(("open", "disputed")))
        found: dict[str, list[Invoice]] = {}
        for one in self._connection.execute(query.where(row.balance_cents > 0).order_by(row.due_on, row.number)):
            found.setdefault(one.customer_number, []).append(invoice_from_row(one))
        return found

    def invoices(self, numbers: Sequence[str]) -> Mapping[str, Invoice]:
        query = select(ledger.invoice).where(ledger.invoice.c.number.in_(numbers))
        return {one.number: invoice_from_row(one) for one in self._connection.execute(query)} if numbers else {}

    def certificates(self, from_day: date, to_day: date) -> Mapping[str, list[Certificate]]:
        row = ledger.certificate.c
        query = select(ledger.certificate).where(row.expires_on >= from_day, row.expires_on <= to_day)
        found: dict[str, list[Certificate]] = {}
        for one in self._connection.execute(query.order_by(row.expires_on, row.state)):
            made = Certificate(one.number, one.customer_number, one.state, one.kind, one.expires_on)
            found.setdefault(one.customer_number, []).append(made)
        return found

    def on_paper(self) -> list[str]:
        """Customers whose invoices go out on paper, and who have one that is not paid: the others are no customers any
        more, as far as the ledger tells."""
        row = ledger.customer.c
        has_open = exists().where(ledger.invoice.c.customer_number == row.number, ledger.invoice.c.status == "open")
        query = select(row.number).where(row.delivery == ON_PAPER, has_open)
        return list(self._connection.scalars(query.order_by(row.number)))

    def returned(self, since: datetime, zone: tzinfo) -> Mapping[str, list[ReturnedInvoices]]:
        """By customer: the addresses from which invoices came back since then. Days are those of the zone."""
        row = ledger.returned_invoice.c
        query = select(ledger.returned_invoice).where(row.last_at >= since).order_by(row.address)
        found: dict[str, list[ReturnedInvoices]] = {}
        for one in self._connection.execute(query):
            last_on = one.last_at.astimezone(zone).date()
            made = ReturnedInvoices(one.address, one.customer_number, one.reason, one.times, last_on)
            found.setdefault(one.customer_number, []).append(made)
        return found

    def note_returned(self, address: str, customer_number: str, reason: str, now: datetime) -> None:
        row = ledger.returned_invoice.c
        values = {"customer_number": customer_number, "reason": reason, "last_at": now}
        changed = update(ledger.returned_invoice).where(row.address == address).values(times=row.times + 1, **values)
        if not self._connection.execute(changed).rowcount:
            self._connection.execute(insert(ledger.returned_invoice).values(address=address, times=1, **values))

    def waiting_items(self) -> list[int]:
        """Items that wait for their customer and for no agreed day."""
        item = t.work_item.c
        query = select(item.id).where(
            item.state == ItemState.WAITING, item.waiting_until.is_(None), item.customer_number.is_not(None)
        )
        return list(self._connection.scalars(query.order_by(item.id)))

    def newest_inbound(self, thread_id: int) -> tuple[int, str] | None:
        """The newest message of a person in the thread, and who wrote it."""
        message = t.message.c
        query = select(message.id, message.sender_email).where(
            message.thread_id == thread_id, message.direction == "inbound", message.automatic.is_(None)
        )
        row = self._connection.execute(query.order_by(message.id.desc()).limit(1)).one_or_none()
        return (row.id, row.sender_email) if row is not None else None

    def holds(self, customers: Iterable[str] | None, today: date) -> Mapping[str, str]:
        """Reasons by the key of the invoice's number; `customers` None: of all."""
        named = None if customers is None else sorted(set(customers))
        held = invoice_hold.c
        query = select(invoice_hold).where(held.ended_at.is_(None), (held.until.is_(None)) | (held.until >= today))
        found = {
            number_key(one.invoice_number): _said(one.reason, one.owner, one.until)
            for one in self._connection.execute(query)
        }
        return self._of_open_work(named) | found

    def hold(self, hold: Hold, now: datetime) -> None:
        values = {
            "invoice_number": hold.invoice_number,
            "reason": hold.reason,
            "owner": hold.owner,
            "until": hold.until,
            "set_by": hold.set_by,
            "set_at": now,
        }
        self.end_hold(hold.invoice_number, now)
        self._connection.execute(insert(invoice_hold).values(**values))

    def end_hold(self, invoice_number: str, now: datetime) -> bool:
        held = invoice_hold.c
        open_ones = (held.invoice_number == invoice_number) & held.ended_at.is_(None)
        return self._connection.execute(update(invoice_hold).where(open_ones).values(ended_at=now)).rowcount > 0

    def open_holds(self) -> list[Hold]:
        query = select(invoice_hold).where(invoice_hold.c.ended_at.is_(None)).order_by(invoice_hold.c.id)
        return [
            Hold(one.invoice_number, one.reason, one.owner, one.until, one.set_by)
            for one in self._connection.execute(query)
        ]

    def written(self, customers: Sequence[str]) -> list[WrittenReminder]:
        held = reminder.c
        found: list[WrittenReminder] = []
        for part in _parts(customers):
            query = (
                select(reminder, t.draft.c.state)
                .join_from(reminder, t.draft, t.draft.c.id == held.draft_id)
                .where(held.customer_number.in_(part))
            )
            found += [
                WrittenReminder(
                    one.rule, one.key, one.customer_number, one.written_on, one.draft_id, one.state in _WAITS
                )
                for one in self._connection.execute(query)
            ]
        return found

    def add(self, rows: Sequence[WrittenReminder]) -> None:
        values = [
            {
                "rule": one.rule,
                "key": one.key,
                "customer_number": one.customer_number,
                "written_on": one.written_on,
                "draft_id": one.draft_id,
            }
            for one in rows
        ]
        self._connection.execute(insert(reminder), values)

    def drafts_waiting_since(self, before: datetime, limit: int) -> list[WaitingDraft]:
        """Drafts that nobody decided about since then, the oldest first."""
        newest = (t.draft_version.c.draft_id == t.draft.c.id) & (t.draft_version.c.version == t.draft.c.version)
        query = (
            select(t.draft.c.id, t.draft_version.c.subject, t.draft.c.created_at)
            .join_from(t.draft, t.draft_version, newest)
            .where(t.draft.c.state.in_(_WAITS), t.draft.c.created_at <= before)
        )
        rows = self._connection.execute(query.order_by(t.draft.c.id).limit(limit))
        return [WaitingDraft(one.id, one.subject, one.created_at) for one in rows]

    def unowned_since(self, before: datetime, limit: int) -> list[tuple[int, datetime]]:
        """Open items that nobody has, with when they were opened, the oldest first."""
        item = t.work_item.c
        query = select(item.id, item.opened_at).where(
            item.state == ItemState.OPEN, item.assignee.is_(None), item.opened_at <= before
        )
        rows = self._connection.execute(query.order_by(item.opened_at, item.id).limit(limit))
        return [(one.id, one.opened_at) for one in rows]

    def _of_open_work(self, customers: Sequence[str] | None) -> dict[str, str]:
        item, link, message = t.work_item, t.work_item_message, t.message
        query = (
            select(item.c.id, item.c.category, item.c.assignee, item.c.queue, message.c.verdict)
            .join_from(item, link, link.c.work_item_id == item.c.id)
            .join(message, message.c.id == link.c.message_id)
            .where(item.c.state.in_(_UNDONE), item.c.category.in_(PAUSING), message.c.direction == "inbound")
        )
        if customers is not None:
            query = query.where(item.c.customer_number.in_(customers))
        found: dict[str, str] = {}
        for row in self._connection.execute(query):
            owner = row.assignee or f"queue {row.queue}"
            for kind, value, *_ in (row.verdict or {}).get("facts", ()):
                if kind == "invoice":
                    found[number_key(value)] = f"{PAUSING[row.category]} in {number_of(row.id)}, {owner}"
        return found


def _said(reason: str, owner: str, until: date | None) -> str:
    return f"{reason}{f' until {until}' if until else ''}, {owner}"


def _parts(values: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
