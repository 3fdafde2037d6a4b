"""A report as finished MIME bytes: text and HTML side by side, pictures within, the workbook attached."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from bot.mail.charsets import clean
from bot.mail.compose import Outgoing, head_of
from bot.mail.message import Attachment


@dataclass(frozen=True, slots=True)
class Picture:
    """`cid` is how the HTML points at it: cid:<cid>."""

    cid: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """A report in all forms that its mail has."""

    subject: str
    text: str
    html: str
    pictures: tuple[Picture, ...]
    workbook: Attachment


def compose_summary(outgoing: Outgoing, published: Published) -> bytes:
    """The body of `outgoing` is not used. Same input, same bytes. Raises RuleViolationError as `compose` does."""
    whole = EmailMessage(policy=SMTP)
    whole.set_content(clean(published.text), charset="utf-8", cte="quoted-printable")
    whole.add_alternative(clean(published.html), subtype="html", charset="utf-8", cte="quoted-printable")
    parts = whole.get_payload()
    html = parts[1] if isinstance(parts, list) else whole
    if not isinstance(html, EmailMessage):
        raise TypeError("a part of our own making is no message")
    for one in published.pictures:
        html.add_related(one.content, "image", "png", cid=f"<{one.cid}>", filename=one.name, disposition="inline")
    book = published.workbook
    maintype, _, subtype = book.content_type.partition("/")
    whole.add_attachment(book.content, maintype=maintype, subtype=subtype, filename=book.name)
    for place, part in enumerate(part for part in whole.walk() if part.is_multipart()):
        # The standard library would draw them at random.
        digest = hashlib.sha256(f"{place} {outgoing.message_id_header}".encode()).hexdigest()
        part.set_boundary(f"=_{digest[:40]}")
    return head_of(outgoing) + whole.as_bytes()
