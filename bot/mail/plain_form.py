"""A message as nested tuples of plain values and back, for the way between two processes.

Pickle would name classes and call them; plain values cost a third of it, and nothing that is read back can be code.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.mail.address import Address
from bot.mail.authentication import AuthenticationResult
from bot.mail.message import Attachment, Enclosed, InboundMessage

Plain = tuple[Any, ...]


def plain_message(message: InboundMessage) -> Plain:
    return (
        message.message_id_header,
        message.references,
        [_plain_address(one) for one in message.senders],
        [_plain_address(one) for one in message.reply_to],
        [_plain_address(one) for one in message.to],
        [_plain_address(one) for one in message.cc],
        message.subject,
        _plain_time(message.sent_at),
        message.newest_text,
        message.quoted_text,
        message.full_text,
        message.html,
        [plain_attachment(one) for one in message.attachments],
        [_plain_enclosed(one) for one in message.enclosed],
        message.automatic,
        message.is_answerable,
        # Only plain strings can be marshalled.
        [str(flag) for flag in message.flags],
        dict(message.failed_recipients),
        message.reported_ids,
        message.has_report,
        [(one.host, one.dmarc) for one in message.authentication],
        [_plain_address(one) for one in message.original_from],
    )


def message_of(plain: Plain) -> InboundMessage:
    (ident, references, senders, reply_to, to, cc, subject, sent_at, *texts, attachments, enclosed) = plain[:14]
    automatic, is_answerable, flags, failed_recipients, reported_ids, has_report, said, original_from = plain[14:]
    newest_text, quoted_text, full_text, html = texts
    return InboundMessage(
        message_id_header=ident,
        references=references,
        senders=_addresses(senders),
        reply_to=_addresses(reply_to),
        to=_addresses(to),
        cc=_addresses(cc),
        subject=subject,
        sent_at=_time(sent_at),
        newest_text=newest_text,
        quoted_text=quoted_text,
        full_text=full_text,
        html=html,
        attachments=tuple(attachment_of(one) for one in attachments),
        enclosed=tuple(_enclosed(one) for one in enclosed),
        automatic=automatic,
        is_answerable=is_answerable,
        flags=tuple(flags),
        failed_recipients=failed_recipients,
        reported_ids=reported_ids,
        has_report=has_report,
        authentication=tuple(AuthenticationResult(host, dmarc) for host, dmarc in said),
        original_from=_addresses(original_from),
    )


def plain_attachment(one: Attachment) -> Plain:
    return one.name, one.content_type, one.size, one.sha256, one.content, one.is_inline, one.text


def attachment_of(plain: Plain) -> Attachment:
    return Attachment(*plain)


def _plain_address(one: Address) -> Plain:
    return one.name, one.email


def _addresses(plain: Iterable[Plain]) -> tuple[Address, ...]:
    return tuple(Address(name, email) for name, email in plain)


def _plain_enclosed(one: Enclosed) -> Plain:
    sender = _plain_address(one.sender) if one.sender is not None else None
    return sender, one.subject, one.message_id_header, _plain_time(one.sent_at), one.text


def _enclosed(plain: Plain) -> Enclosed:
    sender, subject, message_id_header, sent_at, text = plain
    return Enclosed(Address(*sender) if sender is not None else None, subject, message_id_header, _time(sent_at), text)


def _plain_time(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _time(plain: str | None) -> datetime | None:
    return datetime.fromisoformat(plain) if plain is not None else None
