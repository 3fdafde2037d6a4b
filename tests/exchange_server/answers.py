"""What the tests' Exchange server says, as XML in the order that the schemas ask for."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime

from lxml import etree

from tests.exchange_server.schema import SOAP, SPACES, M, T
from tests.exchange_server.state import File, Item

Element = etree._Element  # noqa: SLF001 (lxml has no public name for it)


def element(tag: str, *children: Element | str | None, **attributes: str) -> Element:
    made = etree.Element(tag, attributes, nsmap=SPACES)
    for child in children:
        if isinstance(child, str):
            made.text = child
        elif child is not None:
            made.append(child)
    return made


def envelope(body: Element, version: str = "Exchange2016") -> Element:
    info = element(f"{T}ServerVersionInfo", MajorVersion="15", MinorVersion="1", Version=version)
    return element(f"{SOAP}Envelope", element(f"{SOAP}Header", info), element(f"{SOAP}Body", body))


def response(operation: str, messages: Iterable[Element]) -> Element:
    return element(f"{M}{operation}Response", element(f"{M}ResponseMessages", *messages))


def success(operation: str, *children: Element | None) -> Element:
    code = element(f"{M}ResponseCode", "NoError")
    return element(f"{M}{operation}ResponseMessage", code, *children, ResponseClass="Success")


# What the schemas want to see in every answer of these operations, also where it is an error.
_NEVER_MISSING = {
    "GetItem": "Items",
    "CreateItem": "Items",
    "MoveItem": "Items",
    "UpdateItem": "Items",
    "GetAttachment": "Attachments",
}


def failure(operation: str, code: str, text: str = "", back_off: int = 0) -> Element:
    return element(
        f"{M}{operation}ResponseMessage",
        element(f"{M}MessageText", text or f"The server says {code}."),
        element(f"{M}ResponseCode", code),
        element(f"{M}DescriptiveLinkKey", "0"),
        _back_off(f"{M}MessageXml", back_off),
        element(f"{M}{_NEVER_MISSING[operation]}") if operation in _NEVER_MISSING else None,
        ResponseClass="Error",
    )


def _back_off(tag: str, milliseconds: int) -> Element | None:
    value = element(f"{T}Value", str(milliseconds), Name="BackOffMilliseconds")
    return element(tag, value) if milliseconds else None


def fault(code: str, back_off: int = 0) -> Element:
    space = "http://schemas.microsoft.com/exchange/services/2006/errors"
    detail = element(
        "detail",
        element(f"{{{space}}}ResponseCode", code),
        element(f"{{{space}}}Message", f"The server says {code}."),
        element(f"{T}MessageXml", element(f"{T}Value", str(back_off), Name="BackOffMilliseconds"))
        if back_off
        else None,
    )
    return element(
        f"{SOAP}Fault", element("faultcode", f"a:{code}"), element("faultstring", f"The server says {code}."), detail
    )


def _text(tag: str, value: str) -> Element | None:
    return element(f"{T}{tag}", value) if value else None


def _people(tag: str, value: str, *, is_one: bool = False) -> Element | None:
    boxes = [
        element(f"{T}Mailbox", element(f"{T}Name", name or address), element(f"{T}EmailAddress", address))
        for name, address in getaddresses([value])
        if address
    ]
    if not boxes:
        return None
    return element(f"{T}{tag}", *(boxes[:1] if is_one else boxes))


def _header(item: Item, name: str) -> str:
    return str(make_header(decode_header(str(item.message.get(name, "")))))


def _body_text(item: Item) -> str:
    content = item.message.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _attachment(file: File) -> Element:
    kind = "ItemAttachment" if file.is_item else "FileAttachment"
    return element(
        f"{T}{kind}",
        element(f"{T}AttachmentId", Id=file.file_id),
        _text("Name", file.name),
        _text("ContentType", file.kind),
    )


def _headers(item: Item) -> Element | None:
    found = [element(f"{T}InternetMessageHeader", str(value), HeaderName=name) for name, value in item.message.items()]
    return element(f"{T}InternetMessageHeaders", *found) if found else None


# Each property that may be asked for, in the order of the schema's ItemType and MessageType.
PROPERTIES: dict[str, Callable[[Item], Element | None]] = {
    "item:MimeContent": lambda item: (
        element(f"{T}MimeContent", base64.b64encode(item.mime()).decode(), CharacterSet="UTF-8")
        if item.has_mime
        else None
    ),
    "item:ItemId": lambda item: element(f"{T}ItemId", Id=item.item_id, ChangeKey=item.change_key),
    "item:ItemClass": lambda item: _text("ItemClass", item.kind),
    "item:Subject": lambda item: _text("Subject", _header(item, "Subject")),
    "item:Body": lambda item: element(f"{T}Body", _body_text(item), BodyType="Text"),
    "item:Attachments": lambda item: element(f"{T}Attachments", *map(_attachment, item.files)) if item.files else None,
    "item:DateTimeReceived": lambda item: _text("DateTimeReceived", f"{item.received_at:%Y-%m-%dT%H:%M:%SZ}"),
    "item:Size": lambda item: _text("Size", str(len(item.raw) if item.told_size is None else item.told_size)),
    "item:Categories": lambda item: (
        element(f"{T}Categories", *(element(f"{T}String", one) for one in item.categories)) if item.categories else None
    ),
    "item:InReplyTo": lambda item: _text("InReplyTo", _header(item, "In-Reply-To")),
    "item:InternetMessageHeaders": _headers,
    "item:DateTimeSent": lambda item: (
        _text("DateTimeSent", f"{parsedate_to_datetime(str(item.message['Date'])):%Y-%m-%dT%H:%M:%SZ}")
        if item.message["Date"]
        else None
    ),
    "message:ToRecipients": lambda item: _people("ToRecipients", _header(item, "To")),
    "message:CcRecipients": lambda item: _people("CcRecipients", _header(item, "Cc")),
    "message:From": lambda item: _people("From", _header(item, "From"), is_one=True),
    "message:InternetMessageId": lambda item: _text("InternetMessageId", item.message_id),
    "message:IsRead": lambda item: _text("IsRead", str(item.is_read).lower()),
    "message:References": lambda item: _text("References", " ".join(_header(item, "References").split())),
}


def item_element(item: Item, asked: Iterable[str], left_out: frozenset[str] = frozenset()) -> Element:
    wanted = {"item:ItemId", *asked} - left_out
    return element(f"{T}{item.element}", *(make(item) for name, make in PROPERTIES.items() if name in wanted))


def items_element(*items: Element, space: str = M) -> Element:
    return element(f"{space}Items", *items)
