"""Parsed messages, those that came in and those that went out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.desk.draft import Draft
from bot.desk.outbox import OutboxEntry, SentByPerson
from bot.desk.verdict import Verdict
from bot.errors import NotFoundError
from bot.mail.address import Address
from bot.mail.message import InboundMessage
from bot.store import tables as t
from bot.store.conversations import Conversations
from bot.store.rows import MOST_OF_ADDRESS, attachments_from, header_key
from bot.store.statement import ListStatement, in_parts
from bot.store.verdict_json import verdict_from_json, verdict_to_json
from bot.stored import EarlierMessage, InboundRow, NewMessage, StoredMessage

_KNOWN_RAWS = ListStatement(lambda keys: select(t.message.c.raw_message_id).where(t.message.c.raw_message_id.in_(keys)))

_KNOWN_HEADERS = ListStatement(
    lambda keys: select(t.message.c.message_id_sha256).where(t.message.c.message_id_sha256.in_(keys)).distinct()
)
_ARRIVALS = ListStatement(
    lambda keys: (
        select(t.message.c.sender_key, t.message.c.received_at)
        .where(
            t.message.c.sender_key.in_(keys),
            t.message.c.received_at >= bindparam("since"),
            t.message.c.direction == "inbound",
        )
        .order_by(t.message.c.received_at.desc())
        .limit(bindparam("limit"))
    )
)


def _parsed_values(parsed: InboundMessage) -> dict[str, Any]:
    first = parsed.senders[0] if parsed.senders else Address("", "")
    return {
        "message_id_header": parsed.message_id_header,
        "message_id_sha256": header_key(parsed.message_id_header) if parsed.message_id_header else "",
        "reference_ids": list(parsed.references),
        "sender_name": first.name,
        "sender_email": first.email,
        "sender_key": first.key[:MOST_OF_ADDRESS],
        "recipients": {
            "senders": [[one.name, one.email] for one in parsed.senders],
            "to": [[one.name, one.email] for one in parsed.to],
            "cc": [[one.name, one.email] for one in parsed.cc],
            "reply_to": [[one.name, one.email] for one in parsed.reply_to],
        },
        "subject": parsed.subject,
        "sent_at": parsed.sent_at,
        "automatic": parsed.automatic,
        "is_answerable": parsed.is_answerable,
        "newest_text": parsed.newest_text,
        "quoted_text": parsed.quoted_text,
        "html": parsed.html,
        "attachments": [
            [one.name, one.content_type, one.size, one.sha256, one.is_inline] for one in parsed.attachments
        ],
    }


def _inbound_from_row(row: Row[Any]) -> InboundMessage:
    named = {key: tuple(Address(*one) for one in row.recipients[key]) for key in row.recipients}
    return InboundMessage(
        message_id_header=row.message_id_header,
        references=tuple(row.reference_ids),
        senders=named["senders"],
        reply_to=named["reply_to"],
        to=named["to"],
        cc=named["cc"],
        subject=row.subject,
        sent_at=row.sent_at,
        newest_text=row.newest_text,
        quoted_text=row.quoted_text,
        full_text=f"{row.newest_text}\n{row.quoted_text}",
        html=row.html,
        attachments=attachments_from(row.attachments),
        automatic=row.automatic,
        is_answerable=row.is_answerable,
        flags=tuple(row.flags),
    )


def _as_sent(sent: SentByPerson, entry: OutboxEntry) -> dict[str, Any]:
    """What a person's mail program made of an approved reply. Without a Message-ID it keeps ours."""
    message = sent.message
    values = _parsed_values(message)
    kept = ("recipients", "subject", "newest_text", "attachments")
    changed = ", changed by a person before they sent it from Drafts" if sent.is_changed else ", sent from Drafts"
    known_as = message.message_id_header or entry.message_id_header
    return {name: values[name] for name in kept} | {
        "message_id_header": known_as,
        "message_id_sha256": header_key(known_as),
        "why": f"approved by {entry.approved_by}{changed}",
    }


def understood(row: Row[Any]) -> InboundRow | None:
    verdict = verdict_from_json(row.verdict)
    if verdict is None or row.direction != "inbound":
        return None
    return InboundRow(row.id, _inbound_from_row(row), row.mailbox, row.side, verdict)


class SqlMessages:
    """See `repositories.Messages`."""

    def __init__(self, connection: Connection, conversations: Conversations) -> None:
        self._connection = connection
        self._conversations = conversations

    def add(self, message: NewMessage) -> int:
        message_id = self._conversations.kept.next_id(t.message)
        values = _parsed_values(message.parsed) | {
            "id": message_id,
            "thread_id": message.thread_id,
            "raw_message_id": message.raw_id,
            "direction": "inbound",
            "mailbox": message.mailbox,
            "received_at": message.received_at,
            "side": message.side,
            "customer_number": message.customer_number,
            "flags": list(dict.fromkeys((*message.parsed.flags, *message.flags))),
            "hints": [list(pair) for pair in message.hints],
            "verdict": verdict_to_json(message.verdict) if message.verdict else None,
            "disposition": message.disposition,
            "why": message.why,
        }
        self._conversations.kept.add(t.message, values)
        brought = EarlierMessage(message_id, message.received_at)
        if message.verdict is not None:
            # As the row lists them: without content.
            attachments = attachments_from(values["attachments"])
            brought = EarlierMessage(message_id, message.received_at, attachments, message.verdict.facts)
        self._conversations.took(message.thread_id, brought, values["message_id_sha256"], values["sender_key"])
        return message_id

    def add_outbound(self, entry: OutboxEntry, draft: Draft, now: datetime, as_sent: SentByPerson | None = None) -> int:
        message_id = self._conversations.kept.next_id(t.message)
        values: dict[str, object] = {
            "id": message_id,
            "thread_id": draft.thread_id,
            "raw_message_id": None,
            "direction": "outbound",
            "mailbox": entry.mailbox,
            "message_id_header": entry.message_id_header,
            "message_id_sha256": header_key(entry.message_id_header),
            "reference_ids": [],
            "sender_name": "",
            "sender_email": entry.envelope.sender,
            "sender_key": entry.envelope.sender.lower(),
            "recipients": {
                "to": [["", one] for one in draft.text.to],
                "cc": [["", one] for one in draft.text.cc],
            },
            "subject": draft.text.subject,
            "sent_at": now,
            "received_at": now,
            "side": "inside",
            "customer_number": None,
            "automatic": None,
            "is_answerable": True,
            "newest_text": draft.text.body,
            "quoted_text": "",
            "html": "",
            "attachments": [[one.name, one.content_type, one.size, one.sha256, False] for one in draft.text.files],
            "flags": [],
            "hints": [],
            "verdict": None,
            "disposition": "sent",
            "why": f"approved by {entry.approved_by}",
        } | (_as_sent(as_sent, entry) if as_sent is not None else {})
        self._conversations.forget()
        self._conversations.kept.add(t.message, values)
        return message_id

    def get(self, message_id: int) -> StoredMessage:
        self._conversations.kept.write()
        joined = t.message.join(t.thread, t.thread.c.id == t.message.c.thread_id)
        query = select(t.message, t.thread.c.key).select_from(joined).where(t.message.c.id == message_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no message {message_id}")
        return StoredMessage(
            message_id=row.id,
            thread_id=row.thread_id,
            thread_key=row.key,
            direction=row.direction,
            mailbox=row.mailbox,
            message_id_header=row.message_id_header,
            references=tuple(row.reference_ids),
            sender=Address(row.sender_name, row.sender_email),
            subject=row.subject,
            sent_at=row.sent_at,
            received_at=row.received_at,
            newest_text=row.newest_text,
            quoted_text=row.quoted_text,
        )

    def inbound(self, message_id: int) -> InboundRow | None:
        self._conversations.kept.write()
        row = self._connection.execute(select(t.message).where(t.message.c.id == message_id)).one_or_none()
        return understood(row) if row is not None else None

    def inbound_under(self, message_id_header: str) -> Sequence[InboundRow]:
        self._conversations.kept.write()
        is_it = (t.message.c.message_id_sha256 == header_key(message_id_header)) & (t.message.c.direction == "inbound")
        rows = self._connection.execute(select(t.message).where(is_it))
        return [found for row in rows if (found := understood(row)) is not None]

    def earlier(self, thread_id: int, message_id: int) -> Sequence[EarlierMessage]:
        (conversation,) = self._conversations.get([thread_id])
        return [one for one in conversation.inbound if one.message_id < message_id]

    def known_raws(self, raw_ids: Iterable[int]) -> set[int]:
        return {row[0] for row in _KNOWN_RAWS.rows(self._connection, list(raw_ids))}

    def known_headers(self, message_ids: Sequence[str]) -> set[str]:
        by_key = {header_key(one): one for one in message_ids if one}
        return {by_key[row[0]] for row in _KNOWN_HEADERS.rows(self._connection, list(by_key))}

    def arrivals(self, sender_keys: Sequence[str], since: datetime, limit: int) -> Sequence[tuple[str, datetime]]:
        rows = [
            (row.sender_key, row.received_at)
            for part in in_parts(sender_keys)
            for row in _ARRIVALS.rows(self._connection, part, since=since, limit=limit)
        ]
        return sorted(rows, key=itemgetter(1), reverse=True)[:limit]

    def set_verdict(self, message_id: int, verdict: Verdict) -> None:
        self._conversations.forget()
        values = {"verdict": verdict_to_json(verdict)}
        self._connection.execute(update(t.message).where(t.message.c.id == message_id).values(values))

    def move_to_thread(self, message_ids: Sequence[int], thread_id: int) -> None:
        self._conversations.kept.write()
        self._conversations.forget()
        self._connection.execute(update(t.message).where(t.message.c.id.in_(message_ids)).values(thread_id=thread_id))
