"""What lies in the mailboxes of the Graph double, and what changed there, in order."""

from __future__ import annotations

import email
import email.policy
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from threading import RLock
from typing import Any

WELL_KNOWN = {"inbox": "Inbox", "drafts": "Drafts", "sentitems": "Sent Items", "archive": "Archive"}


@dataclass
class Item:
    """One message. Without `raw` Exchange has it as properties alone, and makes MIME of them when it is asked."""

    item_id: str
    folder: str
    raw: bytes
    received_at: datetime
    is_read: bool = False
    is_draft: bool = False
    categories: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def shown(self) -> dict[str, Any]:
        message = self.message
        return {
            "id": self.item_id,
            "parentFolderId": self.folder,
            "receivedDateTime": self.received_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "createdDateTime": self.received_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lastModifiedDateTime": self.received_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "internetMessageId": str(message["Message-ID"] or ""),
            "subject": str(message["Subject"] or ""),
            "isRead": self.is_read,
            "isDraft": self.is_draft,
            "categories": self.categories,
            "hasAttachments": bool(self.files),
        }

    def whole(self) -> bytes:
        """The message with the files that were added beside it."""
        if not self.files:
            return self.raw
        message = self.message
        for file in self.files:
            kind, _, sub = file["type"].partition("/")
            message.add_attachment(file["content"], maintype=kind, subtype=sub, filename=file["name"])
        return message.as_bytes(policy=email.policy.SMTP)


@dataclass
class Box:
    """One mailbox. `changes` has the folder and the id of whatever came, went or changed, oldest first."""

    user: str
    folders: dict[str, tuple[str, str]] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)
    # Delta links from before this number of changes are no longer known.
    forgotten: int = 0

    def __post_init__(self) -> None:
        self.folders = {f"folder-{key}": (name, "") for key, name in WELL_KNOWN.items()}

    def folder(self, name: str) -> str | None:
        """The id behind an id or a name of Graph's own."""
        if name in self.folders:
            return name
        return f"folder-{name.lower()}" if name.lower() in WELL_KNOWN else None

    def make_folder(self, name: str, parent: str = "") -> str:
        made = f"folder-{secrets.token_hex(8)}"
        self.folders[made] = (name, parent)
        return made

    def put(self, raw: bytes, folder: str = "folder-inbox", received_at: datetime | None = None, **more: Any) -> Item:
        with self.lock:
            moment = (received_at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
            item = Item(f"AAk{secrets.token_urlsafe(24)}=", folder, raw, moment, **more)
            self.items[item.item_id] = item
            self.changes.append((folder, item.item_id))
            return item

    def move(self, item: Item, folder: str) -> None:
        with self.lock:
            self.changes += [(item.folder, item.item_id), (folder, item.item_id)]
            item.folder = folder

    def touch(self, item: Item) -> None:
        with self.lock:
            self.changes.append((item.folder, item.item_id))

    def remove(self, item: Item) -> None:
        with self.lock:
            del self.items[item.item_id]
            self.changes.append((item.folder, item.item_id))

    def in_folder(self, folder: str) -> list[Item]:
        """Newest first, as Graph lists."""
        with self.lock:
            found = [item for item in reversed(self.items.values()) if item.folder == folder]
        return sorted(found, key=lambda item: item.received_at, reverse=True)

    def renumber(self) -> None:
        """As after a move of the mailbox to another database: every id is another one, and no link is known."""
        with self.lock:
            again = [(item, f"AAk{secrets.token_urlsafe(24)}=") for item in self.items.values()]
            for item, new_id in again:
                item.item_id = new_id
            self.items = {item.item_id: item for item, _ in again}
            self.forgotten = len(self.changes) + 1
            self.changes.append(("", ""))


# Where mail goes that a mailbox sends: the envelope and the bytes.
Delivers = Callable[[str, list[str], bytes], None]
