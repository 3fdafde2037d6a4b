"""An approved answer as finished MIME bytes. Same input, same bytes: an approval is for exactly those."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from bot.errors import RuleViolationError
from bot.mail.address import Address
from bot.mail.charsets import clean
from bot.mail.message import Attachment
from bot.mail.subjects import reply_subject

__all__ = ["Outgoing", "Quoted", "compose", "quotation", "reply_subject"]

MOST_QUOTED_LINES = 200
# Some servers refuse longer References; RFC 5322 3.6.4 allows to drop from the middle.
LONGEST_REFERENCES = 4096
# RFC 5322 2.1.1 allows 998 in a line, and an id cannot be folded.
LONGEST_ID = 900

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is answered, as it stands below the answer."""

    author: str
    written_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything that goes into the bytes. Ids come without brackets, times aware."""

    sender: Address
    to: tuple[Address, ...]
    subject: str
    body: str
    sent_at: datetime
    message_id_header: str
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    quoted: Quoted | None = None
    attachments: tuple[Attachment, ...] = ()


def compose(outgoing: Outgoing) -> bytes:
    """Raises RuleViolationError where a value would break out of its header field or cannot be written."""
    return head_of(outgoing) + _body(outgoing)


def head_of(outgoing: Outgoing) -> bytes:
    """The fields above the body. Raises as `compose` does."""
    if not outgoing.to:
        raise RuleViolationError("The answer has no recipient.")
    if not _ID.fullmatch(outgoing.message_id_header) or len(outgoing.message_id_header) > LONGEST_ID:
        raise RuleViolationError("The Message-ID cannot be written into a header.")
    fields = [
        ("From", _written(outgoing.sender)),
        ("To", _list(outgoing.to)),
        ("Cc", _list(outgoing.cc)),
        ("Reply-To", _list([outgoing.reply_to] if outgoing.reply_to else [])),
        ("Subject", _subject(outgoing.subject)),
        ("Date", format_datetime(outgoing.sent_at)),
        ("Message-ID", f"<{outgoing.message_id_header}>"),
        ("In-Reply-To", "".join(_usable([outgoing.in_reply_to]))),
        ("References", _references(outgoing)),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return head.encode("ascii")


def _body(outgoing: Outgoing) -> bytes:
    part = EmailMessage(policy=SMTP)
    part.set_content(_text(outgoing), charset="utf-8", cte="quoted-printable")
    for attachment in outgoing.attachments:
        _refuse_control(attachment.name)
        maintype, _, subtype = attachment.content_type.partition("/")
        if maintype in ("message", "multipart") or not subtype:
            maintype, subtype = "application", "octet-stream"
        part.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    if outgoing.attachments:
        # The standard library would draw a random one.
        part.set_boundary("=_" + hashlib.sha256(outgoing.message_id_header.encode()).hexdigest()[:40])
    return part.as_bytes()


def _text(outgoing: Outgoing) -> str:
    text = _unix(outgoing.body).rstrip("\n") + "\n"
    return text if outgoing.quoted is None else f"{text}\n{quotation(outgoing.quoted)}"


def quotation(message: Quoted) -> str:
    """What stands below the answer: whose message it answers, and its text."""
    lines = _unix(message.text).strip("\n").split("\n")
    quoted = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines[:MOST_QUOTED_LINES]]
    if len(lines) > MOST_QUOTED_LINES:
        quoted.append("> [...]")
    author = " ".join(clean(message.author).split())
    when = f"On {format_datetime(message.written_at)}, " if message.written_at is not None else ""
    return f"{when}{author} wrote:\n" + "\n".join(quoted) + "\n"


def _unix(text: str) -> str:
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


def _refuse_control(value: str) -> str:
    if _CONTROL.search(value):
        raise RuleViolationError("A header value holds a line break or a control character.")
    return clean(value)


def _written(address: Address) -> str:
    if not _EMAIL.fullmatch(address.email):
        raise RuleViolationError(f"{address.email!r} cannot be written as an address.")
    return formataddr((_refuse_control(address.name), address.email))


def _list(addresses: Sequence[Address]) -> str:
    return ",\r\n ".join(_written(address) for address in addresses)


def _subject(subject: str) -> str:
    subject = _refuse_control(subject)
    if subject.isascii() and len(subject) < LONGEST_ID and "=?" not in subject:
        return subject
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _usable(ids: Sequence[str]) -> list[str]:
    """Ids that fit a header line; what a stranger's mailer invented and does not, is left out, never written."""
    return [f"<{one}>" for one in ids if len(one) <= LONGEST_ID and _ID.fullmatch(one)]


def _references(outgoing: Outgoing) -> str:
    ids = list(dict.fromkeys(_usable([*outgoing.references, outgoing.in_reply_to])))
    kept = ids[:1]
    room = LONGEST_REFERENCES - len("References: ") - sum(len(one) + 3 for one in kept)
    later: list[str] = []
    for one in reversed(ids[1:]):
        room -= len(one) + 3
        if room < 0:
            break
        later.append(one)
    return "\r\n ".join([*kept, *reversed(later)])
