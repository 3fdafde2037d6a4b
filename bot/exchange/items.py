"""What Exchange tells of an item, as values. Properties that a server leaves out are empty, never an error."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from exchangelib.errors import MalformedResponseError
from lxml import etree

from bot.exchange.services import M, T, inner
from bot.mail.item_message import ItemFacts, ItemFile

# What a listing asks for, by exchangelib's names.
LISTED = ("size", "datetime_received", "item_class")
# The properties from which a message is made where the server has no MIME, and the header of one that is too large.
HEADER_FACTS = (
    "item_class",
    "subject",
    "datetime_received",
    "datetime_sent",
    "headers",
    "author",
    "to_recipients",
    "cc_recipients",
    "message_id",
    "in_reply_to",
    "references",
)
FACTS = (*HEADER_FACTS, "body", "attachments")
# Those of them that every item has, message or not.
OF_EVERY_ITEM = ("item_class", "subject", "datetime_received", "datetime_sent", "headers", "body", "attachments")


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a listing. `received_at` is None and `size` 0 where the server does not say."""

    item_id: str
    received_at: datetime | None
    size: int
    item_class: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an item since a state: Create, Update, Delete or ReadFlagChange.

    `item` has its id alone where it is gone or only its flag changed.
    """

    kind: str
    item: Listed


def changes_in(told: etree._Element) -> list[Change]:
    """What a SyncFolderItems answer holds. Kinds that are not known yet are left aside."""
    return [found for each in told.iterfind(f"{M}Changes/*") if (found := _change_in(each)) is not None]


def _change_in(change: etree._Element) -> Change | None:
    kind = etree.QName(change).localname
    if kind in ("Delete", "ReadFlagChange"):
        return Change(kind, _listed(change))
    if kind in ("Create", "Update") and len(change):
        return Change(kind, _listed(change[0]))
    return None


def _listed(item: etree._Element) -> Listed:
    size = item.findtext(f"{T}Size") or ""
    received_at = moment(item.findtext(f"{T}DateTimeReceived"))
    kind = item.findtext(f"{T}ItemClass") or ""
    return Listed(_id_of(inner(item, f"{T}ItemId")), received_at, int(size) if size.isdecimal() else 0, kind)


def id_in(told: etree._Element) -> tuple[str, str | None]:
    """The id and change key of the first item in an answer."""
    found = inner(told, f".//{T}ItemId")
    return _id_of(found), found.get("ChangeKey")


def mime_in(told: etree._Element) -> bytes:
    """The MIME content of an item; empty where the server has none."""
    content = told.findtext(f".//{T}MimeContent") or ""
    try:
        return base64.b64decode(content, validate=False)
    except binascii.Error as error:
        raise MalformedResponseError(f"the MIME content is no base64: {error}") from None


def message_id_in(told: etree._Element) -> str:
    """The Message-ID of the first item in an answer, without brackets; empty where the server does not say."""
    return (told.findtext(f".//{T}InternetMessageId") or "").strip().removeprefix("<").removesuffix(">")


def facts_in(told: etree._Element, files: tuple[ItemFile, ...] = ()) -> ItemFacts:
    """What is known of the first item in an answer."""
    item = inner(told, f".//{T}ItemId/..")
    body = item.find(f"{T}Body")
    text = (body.text or "") if body is not None else ""
    is_html = body is not None and body.get("BodyType") == "HTML"
    headers = item.iterfind(f"{T}InternetMessageHeaders/{T}InternetMessageHeader")
    return ItemFacts(
        kind=item.findtext(f"{T}ItemClass") or "",
        subject=item.findtext(f"{T}Subject") or "",
        headers=tuple((each.get("HeaderName", ""), each.text or "") for each in headers),
        sender=next(iter(_people(item, "From") or _people(item, "Sender")), ("", "")),
        to=_people(item, "ToRecipients"),
        cc=_people(item, "CcRecipients"),
        sent_at=moment(item.findtext(f"{T}DateTimeSent") or item.findtext(f"{T}DateTimeReceived")),
        message_id=item.findtext(f"{T}InternetMessageId") or "",
        in_reply_to=item.findtext(f"{T}InReplyTo") or "",
        references=item.findtext(f"{T}References") or "",
        text="" if is_html else text,
        html=text if is_html else "",
        files=files,
    )


def attachment_ids_in(told: etree._Element) -> list[str]:
    return [each.get("Id", "") for each in told.iterfind(f".//{T}AttachmentId")]


def file_in(told: etree._Element) -> ItemFile | None:
    """The attachment in an answer: a file, or a message within the message. None where it holds neither."""
    attachment = inner(told, f".//{T}AttachmentId/..")
    name = attachment.findtext(f"{T}Name") or "attachment"
    if etree.QName(attachment).localname == "ItemAttachment":
        mime = mime_in(attachment)
        return ItemFile(name, "message/rfc822", mime) if mime else None
    content = base64.b64decode(attachment.findtext(f"{T}Content") or "")
    return ItemFile(name, attachment.findtext(f"{T}ContentType") or "application/octet-stream", content)


def moment(text: str | None) -> datetime | None:
    """A time as Exchange writes it: with a zone, or in UTC without one."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _people(item: etree._Element, kind: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses. An address that is none of the Internet (a directory's own) is left empty."""
    found = []
    for each in item.iterfind(f"{T}{kind}/{T}Mailbox"):
        address = each.findtext(f"{T}EmailAddress") or ""
        found.append((each.findtext(f"{T}Name") or "", address if "@" in address else ""))
    return tuple(found)


def _id_of(item_id: etree._Element) -> str:
    found = item_id.get("Id", "")
    if not found:
        raise MalformedResponseError("an item has no id")
    return found
