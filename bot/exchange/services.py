"""The operations that the desk asks of Exchange. exchangelib writes the request and speaks SOAP; what comes back is
handed out as it came, message by message, since its own models refuse what they do not know."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from exchangelib.attachments import AttachmentId
from exchangelib.errors import ErrorServerBusy, MalformedResponseError
from exchangelib.fields import FieldOrder, FieldPath
from exchangelib.folders import Folder
from exchangelib.items import Message
from exchangelib.properties import ItemId
from exchangelib.services import (
    CreateFolder,
    CreateItem,
    DeleteItem,
    FindFolder,
    FindItem,
    GetAttachment,
    GetFolder,
    GetItem,
    GetStreamingEvents,
    MoveItem,
    SendItem,
    SubscribeToStreaming,
    SyncFolderItems,
    Unsubscribe,
    UpdateItem,
)
from exchangelib.services.common import EWSService
from exchangelib.util import MNS, SOAPNS, TNS, DocumentYielder, to_xml
from lxml import etree

_ENVELOPE_END = re.compile(rb"</([\w.-]+:)?Envelope\s*>\s*$")
M, T = f"{{{MNS}}}", f"{{{TNS}}}"

Element = etree._Element  # noqa: SLF001 (lxml has no public name for its elements)
# An answer to one thing asked: the response message, or the error that the server told in its place.
Told = Element | Exception


class _OneTry:
    """One request, one answer: no second try, no other version, no model. The caller knows what may be repeated."""

    def ask(self, **asked: Any) -> list[Told]:
        return list(self._get_elements(self.get_payload(**asked)))  # type: ignore[attr-defined]

    def _get_elements(self, payload: etree._Element) -> Iterable[Told]:
        return [self._judged(message) for message in self._get_response_xml(payload)]

    def _get_response_xml(self, payload: etree._Element) -> Any:
        version = self._version_hint.api_version  # type: ignore[attr-defined]
        response = self._get_response(payload=payload, api_version=version)  # type: ignore[attr-defined]
        # Its connection is free already: the whole content was read.
        return self._messages_in(response.content)

    def _messages_in(self, content: bytes) -> list[etree._Element]:
        # exchangelib's parser mends what is torn, and would take half a message for a whole one.
        if not _ENVELOPE_END.search(content[-100:]):
            raise MalformedResponseError("the answer was cut off, or is none")
        body = to_xml(content).find(f"{{{SOAPNS}}}Body")
        if body is None:
            raise MalformedResponseError("the answer has no body")
        # Asked of the base: the service of streaming reads its connection here.
        return EWSService._get_soap_messages(self, body=body)  # type: ignore[no-any-return] # noqa: SLF001

    @staticmethod
    def _judged(message: etree._Element) -> Told:
        if message.get("ResponseClass", "Success") == "Success":
            return message
        text, details = message.findtext(f"{M}MessageText") or "", message.find(f"{M}MessageXml")
        error = EWSService._get_exception(message.findtext(f"{M}ResponseCode"), text, details)  # noqa: SLF001
        if isinstance(error, ErrorServerBusy) and details is not None:
            error.back_off = _back_off(details)
        return error  # type: ignore[no-any-return]


def _back_off(details: etree._Element) -> float | None:
    for value in details.iter(f"{T}Value"):
        if value.get("Name") == "BackOffMilliseconds":
            with suppress(ValueError):
                return int(value.text or "") / 1000
    return None


class Sync(_OneTry, SyncFolderItems):  # type: ignore[misc]
    """What changed in a folder since a state."""


class Get(_OneTry, GetItem):  # type: ignore[misc]
    """Properties or MIME of items."""


class Find(_OneTry, FindItem):  # type: ignore[misc]
    """Items of a folder, the newest first: all, or those with a Message-ID."""

    def get_payload(
        self, folder: Any, wanted: Sequence[str], message_id_header: str = "", offset: int = 0
    ) -> etree._Element:
        payload: Element = super().get_payload(
            folders=[folder],
            additional_fields=fields(*wanted),
            restriction=_MessageIdIs(message_id_header) if message_id_header else None,
            order_fields=[FieldOrder(field_path=fields("datetime_received")[0], reverse=True)],
            query_string=None,
            shape="IdOnly",
            depth="Shallow",
            calendar_view=None,
            page_size=100,
            offset=offset,
        )
        return payload


class _MessageIdIs(NamedTuple):
    """A condition, as exchangelib asks for it."""

    message_id_header: str

    def to_xml(self, version: object) -> etree._Element:  # noqa: ARG002 (exchangelib gives it)
        restriction = etree.Element(f"{M}Restriction", nsmap={"t": TNS, "m": MNS})
        condition = etree.SubElement(restriction, f"{T}IsEqualTo")
        etree.SubElement(condition, f"{T}FieldURI", FieldURI="message:InternetMessageId")
        constant = etree.SubElement(condition, f"{T}FieldURIOrConstant")
        etree.SubElement(constant, f"{T}Constant", Value=f"<{self.message_id_header}>")
        return restriction


class Create(_OneTry, CreateItem):  # type: ignore[misc]
    """A new message of these bytes in a folder: a draft, or the copy of one that was sent."""

    def get_payload(self, raw: bytes, folder: Any, *, is_sent: bool) -> etree._Element:
        payload: Element = super().get_payload([], folder, "SaveOnly", "SendToNone")
        message = etree.SubElement(inner(payload, f"{M}Items"), f"{T}Message")
        etree.SubElement(message, f"{T}MimeContent", CharacterSet="UTF-8").text = base64.b64encode(raw).decode()
        if is_sent:
            # PR_MESSAGE_FLAGS: read, and no draft. Without it what is stored is a draft wherever it lies.
            flags = etree.SubElement(message, f"{T}ExtendedProperty")
            etree.SubElement(flags, f"{T}ExtendedFieldURI", PropertyTag="0x0E07", PropertyType="Integer")
            etree.SubElement(flags, f"{T}Value").text = "1"
            etree.SubElement(message, f"{T}IsRead").text = "true"
        return payload


class Send(_OneTry, SendItem):  # type: ignore[misc]
    """A stored draft goes out."""


class Move(_OneTry, MoveItem):  # type: ignore[misc]
    """Items into another folder."""


class Categorize(_OneTry, UpdateItem):  # type: ignore[misc]
    """Set the categories of items."""

    def get_payload(self, changes: Sequence[tuple[str, Element, Sequence[str]]]) -> etree._Element:
        """`changes` are the element name, the ItemId and all the categories of each item."""
        how = ("AlwaysOverwrite", "SaveOnly", "SendToNone")
        payload: Element = super().get_payload([], *how, suppress_read_receipts=True)
        for kind, item, categories in changes:
            change = etree.SubElement(inner(payload, f"{M}ItemChanges"), f"{T}ItemChange")
            etree.SubElement(change, f"{T}ItemId", dict(item.attrib))
            field = etree.SubElement(etree.SubElement(change, f"{T}Updates"), f"{T}SetItemField")
            etree.SubElement(field, f"{T}FieldURI", FieldURI="item:Categories")
            told = etree.SubElement(etree.SubElement(field, f"{T}{kind}"), f"{T}Categories")
            for category in categories:
                etree.SubElement(told, f"{T}String").text = category
        return payload


class Delete(_OneTry, DeleteItem):  # type: ignore[misc]
    """Items away for good, not into Deleted Items."""

    def get_payload(self, items: Sequence[Any]) -> etree._Element:
        how = ("HardDelete", "SendToNone", "AllOccurrences")
        payload: Element = super().get_payload(items, *how, suppress_read_receipts=True)
        return payload


class Attachments(_OneTry, GetAttachment):  # type: ignore[misc]
    """The contents of attachments."""


class Folders(_OneTry, FindFolder):  # type: ignore[misc]
    """The folders below one."""


class FolderFacts(_OneTry, GetFolder):  # type: ignore[misc]
    """What a folder says of itself."""


class MakeFolder(_OneTry, CreateFolder):  # type: ignore[misc]
    """A new folder for mail."""

    def get_payload(self, name: str, parent: Any) -> etree._Element:
        payload: Element = super().get_payload(folders=[], parent_folder=parent)
        folder = etree.SubElement(inner(payload, f"{M}Folders"), f"{T}Folder")
        etree.SubElement(folder, f"{T}FolderClass").text = "IPF.Note"
        etree.SubElement(folder, f"{T}DisplayName").text = name
        return payload


class Subscribe(_OneTry, SubscribeToStreaming):  # type: ignore[misc]
    """Ask to be told of news."""


class Unsubscribed(_OneTry, Unsubscribe):  # type: ignore[misc]
    """Be told no more."""


class Stream(_OneTry, GetStreamingEvents):  # type: ignore[misc]
    """News as they come, over one long answer of the server."""

    _is_interrupted = False

    def listen(self, subscription: str, minutes: int) -> Iterator[Told]:
        """Each message of the answer when it comes, until the server ends it, after so many minutes at the latest."""
        self.timeout = minutes * 60 + 30
        payload = self.get_payload(subscription_ids=[subscription], connection_timeout=minutes)
        self._get_response(payload=payload, api_version=self._version_hint.api_version)
        try:
            if self._is_interrupted:
                return
            for document in DocumentYielder(self._streaming_response.iter_content()):
                yield from (self._judged(message) for message in self._messages_in(document))
        finally:
            self.stop_streaming()

    def interrupt(self) -> None:
        """From another thread: end the listening at once, also where the answer is only about to begin."""
        self._is_interrupted = True
        response = self._streaming_response
        if response is not None:
            with suppress(OSError, ValueError):
                response.raw.shutdown()


def fields(*names: str) -> list[Any]:
    """The properties that a request asks for, by exchangelib's names."""
    return [FieldPath(field=Message.get_field_by_fieldname(name)) for name in names]


def folder_fields(*names: str) -> list[Any]:
    """The same for folders."""
    return [FieldPath(field=Folder.get_field_by_fieldname(name)) for name in names]


def inner(element: etree._Element, path: str) -> etree._Element:
    """What every well-formed answer holds at this place. Raises MalformedResponseError where it does not."""
    found = element.find(path)
    if found is None:
        raise MalformedResponseError(f"the answer holds no {path.rpartition('}')[2]}")
    return found


def item_id(text: str, change_key: str | None = None) -> Any:
    return ItemId(id=text, changekey=change_key)


def attachment_id(text: str) -> Any:
    return AttachmentId(id=text)
