"""A letter → the bytes of a message, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from bot.demo.customer_list import OWN_DOMAIN, Profile
from bot.demo.letter import Enclosure, Letter
from bot.demo.pdf import pdf_of

MAILBOX_ADDRESSES = {
    "icc": f"Northgate Credit <icc@{OWN_DOMAIN}>",
    "invoicing": f"Northgate Invoicing <invoicing@{OWN_DOMAIN}>",
    "tax-exempt": f"Northgate Tax-Exempt <tax-exempt@{OWN_DOMAIN}>",
}
# One transparent pixel: enough for a logo that a signature brings along.
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a letter needs from outside of itself to become a message."""

    profiles: dict[str, Profile]
    fill: Callable[[str, Letter], str]
    message_id: Callable[[str], str]
    enclosed: Callable[[str], bytes]


def compose(letter: Letter, sent_at: datetime, scene: Scene) -> bytes:
    message = EmailMessage(policy=policy.SMTP.clone(max_line_length=120))
    _address(message, letter, scene)
    message["Subject"] = scene.fill(letter.subject, letter)
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = scene.message_id(letter.name)
    if letter.replies_to:
        known = [scene.message_id(name) for name in letter.replies_to]
        message["In-Reply-To"] = known[-1]
        message["References"] = " ".join(known)
    for name, value in letter.headers.items():
        message[name] = scene.fill(value, letter)
    _write_body(message, letter, scene)
    for enclosure in letter.enclosures:
        _enclose(message, enclosure, scene.fill(enclosure.text, letter))
    if letter.encloses:
        message.add_attachment(message_from_bytes(scene.enclosed(letter.encloses), policy=policy.SMTP))
    _fix_boundaries(message, letter.name)
    return message.as_bytes()


def sender_of(letter: Letter, profiles: dict[str, Profile]) -> str:
    if "<" in letter.sender:
        return letter.sender
    return f"{letter.sender} <{profiles[letter.company].address(letter.sender)}>"


def received(raw: bytes, mailbox: str, sent_at: datetime, number: int) -> bytes:
    """The message as one mailbox got it: the trace on top is what two deliveries of one message differ in."""
    address = f"{mailbox}@{OWN_DOMAIN}"
    trace = (
        f"Delivered-To: {address}\r\n"
        f"Received: from relay.{OWN_DOMAIN} (relay.{OWN_DOMAIN} [192.0.2.25]) by mx1.{OWN_DOMAIN}\r\n"
        f" with ESMTPS id 4NG{number:05d} for <{address}>; {format_datetime(sent_at)}\r\n"
    )
    return trace.encode() + raw


def _address(message: EmailMessage, letter: Letter, scene: Scene) -> None:
    name, address = parseaddr(sender_of(letter, scene.profiles))
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = letter.to or ", ".join(MAILBOX_ADDRESSES[mailbox] for mailbox in letter.mailboxes)
    if letter.cc:
        message["Cc"] = letter.cc


def _write_body(message: EmailMessage, letter: Letter, scene: Scene) -> None:
    text, html = scene.fill(letter.text, letter), scene.fill(letter.html, letter)
    if text:
        message.set_content(text, charset=letter.charset)
    if html and text:
        message.add_alternative(html, subtype="html", charset=letter.charset)
    elif html:
        message.set_content(html, subtype="html", charset=letter.charset)


def _enclose(message: EmailMessage, enclosure: Enclosure, text: str) -> None:
    if enclosure.name.endswith(".pdf"):
        content = pdf_of(text.strip().splitlines())
        message.add_attachment(content, maintype="application", subtype="pdf", filename=enclosure.name)
    elif enclosure.name.endswith(".gif"):
        message.add_attachment(
            _PIXEL, maintype="image", subtype="gif", filename=enclosure.name, disposition="inline", cid="<logo>"
        )
    else:
        subtype = "csv" if enclosure.name.endswith(".csv") else "plain"
        message.add_attachment(text.lstrip(), subtype=subtype, filename=enclosure.name)


def _fix_boundaries(message: EmailMessage, name: str) -> None:
    """The library draws boundaries at random, and a sample must not change from run to run."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:20]
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        if part.get_content_maintype() == "multipart" and not part.get_boundary():
            part.set_boundary(f"=_{digest}_{depth}")
