"""Everything that the page of one work item shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from bot.desk.verdict import Verdict
from bot.desk.work_item import WorkItem
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.lookup import Known
from bot.mail.address import Address
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.ledger import SqlLedger
from bot.store.verdict_json import verdict_from_json
from bot.store.work_items import SqlWorkItems


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    name: str
    content_type: str
    size: int
    is_inline: bool


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message of the conversation. `mailboxes` names every mailbox it was delivered to."""

    message_id: int
    raw_id: int | None
    direction: str
    mailboxes: tuple[str, ...]
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    received_at: datetime
    side: str
    automatic: str | None
    newest_text: str
    quoted_text: str
    has_html: bool
    attachments: tuple[ShownAttachment, ...]
    flags: tuple[str, ...]
    verdict: Verdict | None
    why: str
    hints: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    author: str
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ItemPage:
    """`conversation` is oldest first; `siblings` are the other items of the same thread.

    `known` is what the ledger has of the numbers and states named; `certificates` are all of the account.
    """

    item: WorkItem
    conversation: tuple[ShownMessage, ...]
    notes: tuple[Note, ...]
    siblings: tuple[WorkItem, ...]
    customer: Customer | None
    known: Known
    certificates: tuple[Certificate, ...]


def item_page(engine: Engine, item_id: int) -> ItemPage:
    """Raises NotFoundError. A merged item answers with the item it went into."""
    with reading(engine) as connection:
        items = SqlWorkItems(connection)
        item = items.survivor(item_id)
        siblings = tuple(one for one in items.of_thread(item.thread_id) if one.item_id != item.item_id)
        linked = set(items.messages_of(item.item_id))
        conversation = _conversation(connection, item.thread_id, linked)
        ledger = SqlLedger(connection)
        customer = ledger.customer(item.customer_number) if item.customer_number else None
        verdicts = [one.verdict for one in conversation if one.verdict is not None]
        numbers = [n for verdict in verdicts for kind in ("invoice", "po") for n in verdict.values(kind)]
        states = [state for verdict in verdicts for state in verdict.values("state")]
        known = ledger.lookup(customer, list(dict.fromkeys(numbers)), states)
        certificates = tuple(ledger.certificates_of(customer.number)) if customer else ()
        return ItemPage(item, conversation, _notes(connection, item.item_id), siblings, customer, known, certificates)


def count_newer(engine: Engine, item_id: int, seen: int) -> int:
    """How many messages came into the item after the message `seen`."""
    link, message = t.work_item_message.c, t.message.c
    query = select(func.count()).join_from(t.work_item_message, t.message, message.id == link.message_id)
    newer = query.where(link.work_item_id == item_id, message.id > seen, message.direction == "inbound")
    with reading(engine) as connection:
        return int(connection.scalar(newer) or 0)


def _conversation(connection: Connection, thread_id: int, linked: set[int]) -> tuple[ShownMessage, ...]:
    # A merged item's messages stay in their own thread; they are part of the conversation all the same.
    belongs = (t.message.c.thread_id == thread_id) | t.message.c.id.in_(linked)
    rows = connection.execute(select(t.message).where(belongs).order_by(t.message.c.received_at, t.message.c.id)).all()
    mailboxes = _mailboxes_of(connection, [row.raw_message_id for row in rows if row.raw_message_id])
    return tuple(_shown(row, mailboxes.get(row.raw_message_id, (row.mailbox,))) for row in rows)


def _mailboxes_of(connection: Connection, raw_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Where each raw message was delivered, redeliveries with other outer headers included."""
    first, other = t.raw_message.alias(), t.raw_message.alias()
    joined = first.join(other, other.c.fingerprint == first.c.fingerprint).join(
        t.delivery, t.delivery.c.raw_message_id == other.c.id
    )
    query = select(first.c.id, t.delivery.c.mailbox).select_from(joined).where(first.c.id.in_(raw_ids)).distinct()
    found: dict[int, tuple[str, ...]] = {}
    for raw_id, mailbox in connection.execute(query.order_by(t.delivery.c.mailbox)):
        found[raw_id] = (*found.get(raw_id, ()), mailbox)
    return found


def _shown(row: Row[Any], mailboxes: tuple[str, ...]) -> ShownMessage:
    named = row.recipients
    return ShownMessage(
        message_id=row.id,
        raw_id=row.raw_message_id,
        direction=row.direction,
        mailboxes=mailboxes,
        sender=Address(row.sender_name, row.sender_email),
        to=tuple(Address(*one) for one in named.get("to", [])),
        cc=tuple(Address(*one) for one in named.get("cc", [])),
        subject=row.subject,
        sent_at=row.sent_at,
        received_at=row.received_at,
        side=row.side,
        automatic=row.automatic,
        newest_text=row.newest_text,
        quoted_text=row.quoted_text,
        has_html=bool(row.html.strip()),
        attachments=tuple(ShownAttachment(one[0], one[1], one[2], one[4]) for one in row.attachments),
        flags=tuple(row.flags),
        verdict=verdict_from_json(row.verdict),
        why=row.why,
        hints=tuple((kind, words) for kind, words in row.hints),
    )


def _notes(connection: Connection, item_id: int) -> tuple[Note, ...]:
    query = select(t.note).where(t.note.c.work_item_id == item_id).order_by(t.note.c.id)
    return tuple(Note(row.author, row.body, row.written_at) for row in connection.execute(query))
