"""Folders of a mailbox in Microsoft 365: found by the names that people see, and what lies in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.errors import MailboxUnreachableError
from bot.graph.messages import root_of
from bot.graph.session import GraphSession

# What people call a folder → what Graph calls it in every language.
WELL_KNOWN = {"inbox": "inbox", "sent items": "sentitems", "drafts": "drafts", "archive": "archive"}
PAGE = {"Prefer": 'IdType="ImmutableId", odata.maxpagesize=500'}
ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Listed(NamedTuple):
    """One message of a list. `is_removed` says that it has left the folder."""

    pointer: str
    received_at: datetime
    is_removed: bool = False


def listed(entry: dict[str, Any]) -> Listed:
    return Listed(str(entry["id"]), moment(entry.get("receivedDateTime")), "@removed" in entry)


def moment(text: object) -> datetime:
    """A time of Graph's; what has none counts as the oldest."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return ANY_TIME
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class GraphFolders:
    """The folders of one mailbox. Ids are looked up once and kept."""

    def __init__(self, session: GraphSession, user: str) -> None:
        self._session = session
        self.root = root_of(user)
        self._ids: dict[str, str] = {}

    def id_of(self, name: str) -> str:
        """The id of a folder: one of Graph's own names, or a path such as Inbox/Creditdesk."""
        if name not in self._ids:
            self._ids[name] = self._find(name)
        return self._ids[name]

    def forget(self) -> None:
        """Look every folder up anew."""
        self._ids.clear()

    def made(self, name: str) -> str:
        """As `id_of`; where there is no such folder at the top, it is made."""
        try:
            return self.id_of(name)
        except MailboxUnreachableError:
            made = self._session.post(f"{self.root}/mailFolders", {"displayName": name})
            self._ids[name] = str(made["id"])
            return self._ids[name]

    def messages(self, name: str) -> Iterator[Listed]:
        """Everything that lies in a folder now."""
        address = f"{self.root}/mailFolders/{self.id_of(name)}/messages"
        parameters = {"$select": "id,receivedDateTime", "$top": "500"}
        for page in self._session.pages(address, parameters, PAGE):
            yield from map(listed, page.get("value", ()))

    def _find(self, name: str) -> str:
        first, *inner = [part for part in name.split("/") if part]
        known = WELL_KNOWN.get(first.casefold())
        if known is not None:
            folder = str(self._session.get(f"{self.root}/mailFolders/{known}", {"$select": "id"})["id"])
        else:
            folder = self._child(f"{self.root}/mailFolders", first, name)
        for part in inner:
            folder = self._child(f"{self.root}/mailFolders/{folder}/childFolders", part, name)
        return folder

    def _child(self, address: str, part: str, name: str) -> str:
        parameters = {"$select": "id,displayName", "$top": "100"}
        for page in self._session.pages(address, parameters, PAGE):
            for folder in page.get("value", ()):
                if str(folder.get("displayName", "")).casefold() == part.casefold():
                    return str(folder["id"])
        raise MailboxUnreachableError(
            f"there is no folder {name}: write it as a path from the top, such as Inbox/Creditdesk"
        )
