"""What the tests' Exchange server keeps: mailboxes, their folders, the items in them, and what happened to each."""

from __future__ import annotations

import email
import email.policy
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.exchange_server.rebuilding import rebuilt

_numbers = itertools.count(1)

WELL_KNOWN = ("msgfolderroot", "inbox", "drafts", "sentitems", "deleteditems", "outbox")
# As Outlook shows them to a German: the desk must not look for English names.
TITLES = {"inbox": "Posteingang", "drafts": "Entwürfe", "sentitems": "Gesendete Elemente", "outbox": "Postausgang"}


def next_id(kind: str) -> str:
    # As long and as strange as the real ones, which differ in case alone.
    return f"AAMkAD{kind}{next(_numbers):06d}aZ+/{'x' * 60}=="


@dataclass
class File:
    """An attachment of an item that has no MIME; a message where `is_item`."""

    name: str
    content: bytes
    kind: str = "application/pdf"
    is_item: bool = False
    file_id: str = field(default_factory=lambda: next_id("att"))


@dataclass
class Item:
    raw: bytes
    received_at: datetime
    is_read: bool = False
    is_draft: bool = False
    kind: str = "IPM.Note"
    element: str = "Message"
    has_mime: bool = True
    # Its MIME is made anew each time that somebody asks for it.
    is_rebuilt: bool = False
    fails_with: str = ""
    categories: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    # The size that the server tells: of its own store, not of the MIME.
    told_size: int | None = None
    item_id: str = field(default_factory=lambda: next_id("item"))
    version: int = 1

    @property
    def message(self) -> email.message.Message:
        return email.message_from_bytes(self.raw, policy=email.policy.compat32)

    @property
    def message_id(self) -> str:
        return str(self.message.get("Message-ID", "")).strip()

    def mime(self) -> bytes:
        return rebuilt(self.raw) if self.is_rebuilt else self.raw

    @property
    def change_key(self) -> str:
        return f"CQAA{self.version}"


@dataclass
class Folder:
    name: str
    parent: str = ""
    folder_id: str = field(default_factory=lambda: next_id("fold"))
    items: dict[str, Item] = field(default_factory=dict)
    # What happened: number, kind and item, in order. The numbers are the places that a sync state names.
    log: list[tuple[int, str, str]] = field(default_factory=list)
    watchers: list[Callable[[str, Item], None]] = field(default_factory=list)

    def put(self, item: Item, how: str = "CreatedEvent") -> Item:
        self.items[item.item_id] = item
        self._note("Create", item)
        for watcher in list(self.watchers):
            watcher(how, item)
        return item

    def change(self, item: Item, kind: str = "Update") -> None:
        item.version += 1
        self._note(kind, item)

    def remove(self, item_id: str) -> Item | None:
        item = self.items.pop(item_id, None)
        if item is not None:
            self._note("Delete", item)
        return item

    def _note(self, kind: str, item: Item) -> None:
        self.log.append((next(_numbers), kind, item.item_id))


@dataclass
class MailboxState:
    """One mailbox. `delegates` are the logins that were given rights on it."""

    address: str
    delegates: set[str] = field(default_factory=set)
    folders: dict[str, Folder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        root = Folder("Oberste Ebene")
        self.folders["msgfolderroot"] = root
        for name in WELL_KNOWN[1:]:
            self.folders[name] = Folder(TITLES.get(name, name), parent=root.folder_id)

    def folder(self, folder_id: str) -> Folder | None:
        return next((each for each in self.folders.values() if each.folder_id == folder_id), None)

    def below(self, folder_id: str) -> list[Folder]:
        return [each for each in self.folders.values() if each.parent == folder_id]

    def make(self, name: str, parent: str = "") -> Folder:
        made = Folder(name, parent or self.folders["msgfolderroot"].folder_id)
        self.folders[made.folder_id] = made
        return made

    def find(self, item_id: str) -> tuple[Folder, Item] | None:
        for folder in self.folders.values():
            if item_id in folder.items:
                return folder, folder.items[item_id]
        return None

    def deliver(self, raw: bytes, folder: str = "inbox", received_at: datetime | None = None, **more: object) -> Item:
        item = Item(raw, received_at or datetime.now(UTC), **more)  # type: ignore[arg-type]
        return self.folders[folder].put(item, "NewMailEvent" if folder == "inbox" else "CreatedEvent")
