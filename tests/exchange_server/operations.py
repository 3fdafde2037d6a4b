"""What the tests' Exchange server does at each operation: reads the request, changes its state, says what came."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import getaddresses

from tests.exchange_server.answers import Element, element, failure, item_element, items_element, success
from tests.exchange_server.schema import M, T
from tests.exchange_server.state import Folder, Item, MailboxState, next_id


class RefusedError(Exception):
    """The answer to one thing is an error with this code."""

    def __init__(self, code: str, *, is_fault: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_fault = is_fault


@dataclass
class SentMail:
    """What left the server, as the world got it."""

    mailbox: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass
class World:
    """Everything the server knows, and its habits."""

    mailboxes: dict[str, MailboxState] = field(default_factory=dict)
    sent: list[SentMail] = field(default_factory=list)
    # Where what was sent goes beside the mailboxes here.
    deliver: Callable[[str, bytes], None] = lambda _recipient, _raw: None
    has_streaming: bool = True
    drops_notifications: bool = False
    ends_streams_at_once: bool = False
    can_search: bool = True
    left_out: frozenset[str] = frozenset()
    refused_recipients: frozenset[str] = frozenset()
    keeps_in_outbox: bool = False
    # What it stores gets a Message-ID of its own.
    changes_message_ids: bool = False
    # Mail for one folder lies in another: the rule of a mailbox, by the folders' names.
    rules: dict[str, str] = field(default_factory=dict)
    # It gives all changes, however few were asked for.
    ignores_counts: bool = False
    # How long it thinks about each request, in seconds.
    delay: float = 0.0
    states: dict[str, tuple[str, list[str], int]] = field(default_factory=dict)
    subscriptions: dict[str, tuple[Folder, list[tuple[str, Item]]]] = field(default_factory=dict)

    def lose_states(self) -> None:
        self.states.clear()

    def lose_subscriptions(self) -> None:
        self.subscriptions.clear()


@dataclass
class Asking:
    """One request: who asks, for which mailbox where the request names none."""

    world: World
    login: str
    impersonated: str
    body: Element

    def folder(self, parent: Element) -> Folder:
        named = parent.find(f"{T}DistinguishedFolderId")
        if named is not None:
            box = self._mailbox(named.findtext(f"{T}Mailbox/{T}EmailAddress") or self.impersonated or self.login)
            return box.folders[named.get("Id", "")]
        folder_id = part(parent, f"{T}FolderId").get("Id", "")
        for box in self._open_mailboxes():
            found = box.folder(folder_id)
            if found is not None:
                return found
        raise RefusedError("ErrorFolderNotFound")

    def item(self, item_id: str) -> tuple[MailboxState, Folder, Item]:
        for box in self._open_mailboxes():
            found = box.find(item_id)
            if found is not None:
                return box, *found
        raise RefusedError("ErrorItemNotFound")

    def mailbox_of(self, folder: Folder) -> MailboxState:
        return next(box for box in self.world.mailboxes.values() if folder in box.folders.values())

    def ids(self) -> list[str]:
        return [each.get("Id", "") for each in self.body.iterfind(f"{M}ItemIds/{T}ItemId")]

    def asked(self) -> list[str]:
        return [each.get("FieldURI", "") for each in self.body.iter(f"{T}FieldURI")]

    def _open_mailboxes(self) -> list[MailboxState]:
        return [box for box in self.world.mailboxes.values() if self._may_open(box)]

    def _mailbox(self, address: str) -> MailboxState:
        box = self.world.mailboxes.get(address.lower())
        if box is None:
            raise RefusedError("ErrorNonExistentMailbox")
        if not self._may_open(box):
            raise RefusedError("ErrorAccessDenied")
        return box

    def _may_open(self, box: MailboxState) -> bool:
        return box.address in (self.login, self.impersonated) or self.login in box.delegates


def part(element: Element, path: str) -> Element:
    found = element.find(path)
    assert found is not None, path
    return found


def _each(operation: str, things: Sequence[object], act: Callable[..., Element]) -> list[Element]:
    """One response message for each thing, errors too, as Exchange does it."""
    told = []
    for thing in things:
        try:
            told.append(act(thing))
        except RefusedError as refused:
            told.append(failure(operation, refused.code))
    return told


def get_item(asking: Asking) -> list[Element]:
    asked = asking.asked()

    def one(item_id: str) -> Element:
        _, _, item = asking.item(item_id)
        if item.element == "CalendarItem" and any(name.startswith("message:") for name in asked):
            raise RefusedError("ErrorInvalidPropertyRequest")
        if item.fails_with and "item:MimeContent" in asked:
            raise RefusedError(item.fails_with)
        if item.fails_with == "ErrorItemCorrupt":
            raise RefusedError(item.fails_with)
        return success("GetItem", items_element(item_element(item, asked, asking.world.left_out)))

    return _each("GetItem", asking.ids(), one)


def get_folder(asking: Asking) -> list[Element]:
    folder = asking.folder(part(asking.body, f"{M}FolderIds"))
    told = element(
        f"{T}Folder",
        element(f"{T}FolderId", Id=folder.folder_id, ChangeKey="AQAA"),
        element(f"{T}TotalCount", str(len(folder.items))),
    )
    return [success("GetFolder", element(f"{M}Folders", told))]


def find_folder(asking: Asking) -> list[Element]:
    parent = asking.folder(part(asking.body, f"{M}ParentFolderIds"))
    below = asking.mailbox_of(parent).below(parent.folder_id)
    told = [
        element(f"{T}Folder", element(f"{T}FolderId", Id=each.folder_id), element(f"{T}DisplayName", each.name))
        for each in below
    ]
    attributes = {"TotalItemsInView": str(len(below)), "IncludesLastItemInRange": "true"}
    return [success("FindFolder", element(f"{M}RootFolder", element(f"{T}Folders", *told), **attributes))]


def create_folder(asking: Asking) -> list[Element]:
    parent = asking.folder(part(asking.body, f"{M}ParentFolderId"))
    name = asking.body.findtext(f".//{T}DisplayName") or ""
    made = asking.mailbox_of(parent).make(name, parent.folder_id)
    told = element(f"{T}Folder", element(f"{T}FolderId", Id=made.folder_id))
    return [success("CreateFolder", element(f"{M}Folders", told))]


def find_item(asking: Asking) -> list[Element]:
    folder = asking.folder(part(asking.body, f"{M}ParentFolderIds"))
    constant = asking.body.find(f"{M}Restriction//{T}Constant")
    found = sorted(folder.items.values(), key=lambda item: item.received_at, reverse=True)
    if constant is not None:
        if not asking.world.can_search:
            raise RefusedError("ErrorInvalidRestriction")
        # Without regard to case, as the real one compares.
        found = [item for item in found if item.message_id.lower() == constant.get("Value", "").lower()]
    view = part(asking.body, f"{M}IndexedPageItemView")
    start, count = int(view.get("Offset", "0")), int(view.get("MaxEntriesReturned", "1000"))
    page = found[start : start + count]
    told = [item_element(item, asking.asked(), asking.world.left_out) for item in page]
    is_last = start + count >= len(found)
    attributes = {"TotalItemsInView": str(len(found)), "IncludesLastItemInRange": str(is_last).lower()}
    if not is_last:
        attributes["IndexedPagingOffset"] = str(start + count)
    return [success("FindItem", element(f"{M}RootFolder", items_element(*told, space=T), **attributes))]


def create_item(asking: Asking) -> list[Element]:
    folder = asking.folder(part(asking.body, f"{M}SavedItemFolderId"))

    def one(message: Element) -> Element:
        raw = base64.b64decode(message.findtext(f"{T}MimeContent") or "")
        if asking.world.changes_message_ids:
            raw = raw.replace(b"Message-ID: <", b"Message-ID: <own-")
        flags = message.findtext(f"{T}ExtendedProperty/{T}Value")
        item = Item(raw, datetime.now(UTC), is_read=True, is_draft=flags is None)
        folder.put(item)
        return success("CreateItem", items_element(item_element(item, [])))

    return _each("CreateItem", list(asking.body.iterfind(f"{M}Items/{T}Message")), one)


def send_item(asking: Asking) -> list[Element]:
    saved = part(asking.body, f"{M}SavedItemFolderId")

    def one(item_id: str) -> Element:
        box, folder, item = asking.item(item_id)
        message = item.message
        fields = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
        recipients = tuple(address for _, address in getaddresses(fields))
        if not recipients:
            raise RefusedError("ErrorMissingRecipients")
        if asking.world.refused_recipients.intersection(recipients):
            raise RefusedError("ErrorInvalidRecipients")
        folder.remove(item.item_id)
        copied = copy.copy(item)
        copied.item_id, copied.is_draft = next_id("item"), False
        target = "outbox" if asking.world.keeps_in_outbox else None
        (box.folders[target] if target else asking.folder(saved)).put(copied)
        if target is None:
            _hand_out(asking.world, SentMail(box.address, recipients, item.raw))
        return success("SendItem")

    return _each("SendItem", asking.ids(), one)


def _hand_out(world: World, mail: SentMail) -> None:
    world.sent.append(mail)
    for recipient in mail.recipients:
        box = world.mailboxes.get(recipient.lower())
        if box is not None:
            target = world.rules.get("inbox", "inbox")
            box.deliver(mail.raw, next(key for key, each in box.folders.items() if target in (key, each.name)))
        else:
            world.deliver(recipient, mail.raw)


def delete_item(asking: Asking) -> list[Element]:
    def one(item_id: str) -> Element:
        _, folder, item = asking.item(item_id)
        folder.remove(item.item_id)
        return success("DeleteItem")

    return _each("DeleteItem", asking.ids(), one)


def move_item(asking: Asking) -> list[Element]:
    target = asking.folder(part(asking.body, f"{M}ToFolderId"))

    def one(item_id: str) -> Element:
        _, folder, item = asking.item(item_id)
        folder.remove(item.item_id)
        # A moved item has a new id, and is the same message.
        item.item_id = next_id("item")
        target.put(item, "MovedEvent")
        return success("MoveItem", items_element(item_element(item, [])))

    return _each("MoveItem", asking.ids(), one)


def update_item(asking: Asking) -> list[Element]:
    def one(change: Element) -> Element:
        _, folder, item = asking.item(part(change, f"{T}ItemId").get("Id", ""))
        item.categories = [each.text or "" for each in change.iter(f"{T}String")]
        folder.change(item)
        return element(
            f"{M}UpdateItemResponseMessage",
            element(f"{M}ResponseCode", "NoError"),
            items_element(item_element(item, [])),
            element(f"{M}ConflictResults", element(f"{T}Count", "0")),
            ResponseClass="Success",
        )

    return _each("UpdateItem", list(asking.body.iter(f"{T}ItemChange")), one)


def get_attachment(asking: Asking) -> list[Element]:
    files = [
        file
        for box in asking.world.mailboxes.values()
        for folder in box.folders.values()
        for item in folder.items.values()
        for file in item.files
    ]

    def one(file_id: str) -> Element:
        file = next((each for each in files if each.file_id == file_id), None)
        if file is None:
            raise RefusedError("ErrorInvalidAttachmentId")
        content = base64.b64encode(file.content).decode()
        inside = element(f"{T}Message", element(f"{T}MimeContent", content)) if file.is_item else None
        told = element(
            f"{T}{'ItemAttachment' if file.is_item else 'FileAttachment'}",
            element(f"{T}AttachmentId", Id=file.file_id),
            element(f"{T}Name", file.name),
            None if file.is_item else element(f"{T}ContentType", file.kind),
            inside if file.is_item else element(f"{T}Content", content),
        )
        return success("GetAttachment", element(f"{M}Attachments", told))

    return _each("GetAttachment", [each.get("Id", "") for each in asking.body.iter(f"{T}AttachmentId")], one)


def subscribe(asking: Asking) -> list[Element]:
    if not asking.world.has_streaming:
        raise RefusedError("ErrorInvalidRequest", is_fault=True)
    folder = asking.folder(part(asking.body, f"{M}StreamingSubscriptionRequest/{T}FolderIds"))
    events: list[tuple[str, Item]] = []
    number = next_id("sub")
    asking.world.subscriptions[number] = (folder, events)
    folder.watchers.append(lambda how, item: events.append((how, item)))
    return [success("Subscribe", element(f"{M}SubscriptionId", number))]


def unsubscribe(asking: Asking) -> list[Element]:
    number = asking.body.findtext(f"{M}SubscriptionId") or ""
    if asking.world.subscriptions.pop(number, None) is None:
        raise RefusedError("ErrorSubscriptionNotFound")
    return [success("Unsubscribe")]
