"""Rows for the store's contract tests, with good defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from bot.desk.draft import Draft, DraftState, DraftText
from bot.desk.outbox import OutboxEntry, OutboxState
from bot.desk.verdict import Verdict
from bot.desk.work_item import ItemState, WorkItem
from bot.mail.address import Address
from bot.mail.envelope import Envelope
from bot.mail.message import InboundMessage
from bot.store.unit_of_work import SqlStore, SqlUnitOfWork
from bot.stored import NewMessage, NewRaw

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def make_raw(content: bytes = b"Subject: one\r\n\r\ntext", *, state: str = "waiting", mailbox: str = "icc") -> NewRaw:
    digest = sha256(content).hexdigest()
    return NewRaw(digest, f"f{digest[1:]}", content, mailbox, NOW, state)


def make_message(**changes: object) -> InboundMessage:
    values: dict[str, object] = {
        "message_id_header": "one@customer.example",
        "references": (),
        "senders": (Address("Ann Lee", "Ann@customer.example"),),
        "reply_to": (),
        "to": (Address("", "icc@northgate.example"),),
        "cc": (),
        "subject": "PO on invoice 5510",
        "sent_at": NOW,
        "newest_text": "Please add the PO.",
        "quoted_text": "",
        "full_text": "Please add the PO.",
        "html": "",
    }
    return InboundMessage(**(values | changes))  # type: ignore[arg-type]


def make_verdict(**changes: object) -> Verdict:
    values: dict[str, object] = {
        "category": "revision",
        "best": "revision",
        "probability": 0.98,
        "categories": (),
        "reason": "po_number",
        "currency": "USD",
        "facts": (),
        "evidence": (),
        "model": "test",
    }
    return Verdict(**(values | changes))  # type: ignore[arg-type]


def add_raw(uow: SqlUnitOfWork, raw: NewRaw) -> int:
    return uow.raw.add_many([raw], NOW)[raw.sha256]


def add_message(uow: SqlUnitOfWork, parsed: InboundMessage | None = None, thread_id: int | None = None) -> int:
    """A message with its raw bytes and, unless one is given, its thread; the message's id."""
    message = parsed or make_message()
    raw_id = add_raw(uow, make_raw(message.message_id_header.encode()))
    thread = thread_id if thread_id is not None else uow.threads.add(message.subject, None, NOW)
    return uow.messages.add(
        NewMessage(thread, raw_id, "icc", NOW, "outside", None, message, make_verdict(), "open", "sorted")
    )


def make_item(thread_id: int, **changes: object) -> WorkItem:
    values: dict[str, object] = {
        "item_id": 0,
        "thread_id": thread_id,
        "category": "revision",
        "reason": "po_number",
        "state": ItemState.OPEN,
        "queue": "invoicing",
        "side": "outside",
        "customer_number": None,
        "subject": "PO on invoice 5510",
        "opened_at": NOW,
    }
    return WorkItem(**(values | changes))  # type: ignore[arg-type]


def make_draft(thread_id: int, message_id: int | None = None, **changes: object) -> Draft:
    values: dict[str, object] = {
        "draft_id": 0,
        "version": 1,
        "state": DraftState.OPEN,
        "kind": "reply",
        "thread_id": thread_id,
        "reply_to_message_id": message_id,
        "mailbox": "icc",
        "text": DraftText(("ann@customer.example",), (), "Re: PO on invoice 5510", "Hello Ann,\n\nwe are on it."),
        "facts": (),
        "template": "replies/revision/po_number",
        "author": "creditdesk",
        "created_at": NOW,
    }
    return Draft(**(values | changes))  # type: ignore[arg-type]


def make_entry(draft_id: int, raw: bytes = b"Subject: Re\r\n\r\nanswer") -> OutboxEntry:
    return OutboxEntry(
        entry_id=0,
        draft_id=draft_id,
        mailbox="icc",
        message_id_header="cd.key.nonce.token@northgate.example",
        envelope=Envelope("icc@northgate.example", ("ann@customer.example",)),
        approved_by="kim",
        approved_sha256="",
        state=OutboxState.QUEUED,
        failures=0,
        next_attempt_at=NOW,
        raw=raw,
    )


def new_thread(store: SqlStore) -> tuple[int, int]:
    """A committed thread with one message: its id and the message's."""
    with store.begin() as uow:
        thread_id = uow.threads.add("po on invoice 5510", None, NOW)
        message_id = add_message(uow, thread_id=thread_id)
        uow.commit()
    return thread_id, message_id
