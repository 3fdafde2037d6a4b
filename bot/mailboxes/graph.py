"""A mailbox in Microsoft 365, read through Graph.

The cursor holds `link` (the delta link that the last poll ended with), `folder` (the id that it belongs to),
`listed_at` (when everything was listed last) and `since` (the set point of the first contact; without it nothing is
history). A link that was not worked off to its end stays in the cursor; what is stored of it is told by `known`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bot.errors import MailboxUnreachableError
from bot.graph.refusals import GoneError, SyncLostError
from bot.graph.session import GraphSession
from bot.mail.cursor import Batch, BatchLimits, Cursor, Fetched, Start
from bot.mailboxes.account import GraphAccount, Known
from bot.mailboxes.graph_folder import PAGE, GraphFolders, Listed, listed
from bot.mailboxes.graph_settling import settle
from bot.mailboxes.header import HEAD_BYTES, head_of

# The server has no wire on which it tells of news without an address of our own that it could call.
ASK_SECONDS = 3.0
# A message that left the folder and came back can be missing from the changes; a whole list once a day finds it.
LISTED_AGAIN_AFTER = timedelta(days=1)
# PidTagMessageSize: Graph has no name of its own for the size of a message.
SIZE_PROPERTY = "Integer 0xE08"


class GraphMailbox:
    """See ports.Mailbox."""

    def __init__(self, account: GraphAccount, known: Known) -> None:
        self.account = account
        self._known = known
        self._closing = threading.Event()
        self._session = GraphSession(account.server, self._closing)
        self._folders = GraphFolders(self._session, account.user)
        # What a list showed beyond the last batch, the cursor that it continues, and the one that comes after it.
        self._backlog: tuple[Cursor, list[Listed], Cursor] | None = None
        # The first message that did not fit into the last batch, so that it need not be fetched twice.
        self._carried: Fetched | None = None
        self._newest: tuple[str, int] | None = None
        self._dates: dict[str, datetime] = {}

    def fetch(self, cursor: Cursor | None, start: Start, limits: BatchLimits) -> Batch:
        self._closing.clear()
        with self._in_folder():
            self._newest = self._look()
            before, waiting, after = self._waiting(cursor, start)
        fetched, taken = self._read(waiting, limits)
        left = waiting[taken:]
        # Until the last of the list is stored the cursor stays where it is, and the list is begun again after a crash.
        self._backlog = (before, left, after) if left else None
        return Batch(tuple(fetched), before if left else after, has_more=bool(left))

    def pointers(self) -> Sequence[str]:
        self._closing.clear()
        with self._in_folder():
            self._dates = {one.pointer: one.received_at for one in self._folders.messages(self.account.folder)}
        return list(self._dates)

    def history(self, pointers: Sequence[str], cursor: Cursor) -> set[str]:
        since = _since(cursor, Start(None))
        if since is None:
            return set()
        if not set(pointers) <= self._dates.keys():
            self.pointers()
        old = [one for one in pointers if one in self._dates and self._dates[one] < since]
        # What was moved here later is worked whatever its date, and then it is known.
        return set(old) - self._known(old)

    def wait_for_news(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self._closing.is_set():
            try:
                with self._in_folder():
                    seen, self._newest = self._newest, self._look()
            except MailboxUnreachableError:
                if self._closing.is_set():
                    # The connection was closed under the question.
                    break
                raise
            if seen is not None and _is_news(seen, self._newest):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self._closing.wait(min(left, ASK_SECONDS))
        return False

    def settle(self, pointers: Sequence[str]) -> None:
        if self.account.after_store and pointers:
            settle(self._session, self._folders, self.account, pointers)

    def check(self) -> str:
        self._closing.clear()
        folder = self._session.get(
            f"{self._folders.root}/mailFolders/{self._folders.id_of(self.account.folder)}",
            {"$select": "id,displayName,totalItemCount"},
        )
        return f"{folder.get('totalItemCount', 'unknown many')} messages in {folder.get('displayName')}, Graph"

    def close(self) -> None:
        self._closing.set()
        self._session.close()

    @contextmanager
    def _in_folder(self) -> Iterator[None]:
        """A folder that was deleted may have been made anew, under another id."""
        try:
            yield
        except GoneError as error:
            self._folders.forget()
            self._backlog = None
            raise MailboxUnreachableError(f"the folder {self.account.folder} is not there any more") from error

    def _waiting(self, cursor: Cursor | None, start: Start) -> tuple[Cursor, list[Listed], Cursor]:
        """The cursor as it is now, what waits to be fetched, oldest first, and the cursor once all of it is stored."""
        if self._backlog is not None and cursor is not None and dict(cursor) == dict(self._backlog[0]):
            return self._backlog
        now = datetime.now(UTC)
        folder = self._folders.id_of(self.account.folder)
        before = _resumed(cursor, _since(cursor, start), folder, now)
        try:
            entries, link = self._changes(folder, before.get("link", ""))
        except SyncLostError:
            before = {key: value for key, value in before.items() if key != "link"}
            entries, link = self._changes(folder, "")
        is_whole = "link" not in before
        new = _new_of(entries, _since(before, start) if is_whole else None)
        known = self._known([one.pointer for one in new])
        if is_whole:
            # A whole list begins with the newest, and times have whole seconds.
            new.reverse()
        waiting = sorted((one for one in new if one.pointer not in known), key=lambda one: one.received_at)
        after = before | {"link": link} | ({"listed_at": now.isoformat()} if is_whole else {})
        return before, waiting, after

    def _changes(self, folder: str, link: str) -> tuple[list[Listed], str]:
        """Every change since the link, or everything without one, and the link for the next time."""
        address = link or f"{self._folders.root}/mailFolders/{folder}/messages/delta"
        parameters = {} if link else {"$select": "receivedDateTime"}
        entries: list[Listed] = []
        for page in self._session.pages(address, parameters, PAGE):
            entries += map(listed, page.get("value", ()))
            link = str(page.get("@odata.deltaLink", ""))
        if not link:
            raise SyncLostError("the server's list of changes has no end")
        return entries, link

    def _read(self, waiting: Sequence[Listed], limits: BatchLimits) -> tuple[list[Fetched], int]:
        """One batch, and how many of the waiting it is done with."""
        fetched: list[Fetched] = []
        total = taken = 0
        for one in waiting[: limits.count]:
            found = self._carried if self._carried and self._carried.pointer == one.pointer else None
            found = found or self._fetched(one, limits.message_bytes)
            total += len(found.raw or b"") if found is not None else 0
            if fetched and total > limits.total_bytes:
                self._carried = found
                break
            self._carried = None
            taken += 1
            fetched += [found] if found is not None else []
        return fetched, taken

    def _fetched(self, one: Listed, most: int) -> Fetched | None:
        """None where it left the folder meanwhile. Its id stays its own: were it noted, it could never come back."""
        address = f"{self._folders.root}/messages/{one.pointer}"
        try:
            found = self._session.stream(f"{address}/$value", most, HEAD_BYTES)
            if found.raw is not None:
                return Fetched(one.pointer, one.received_at, found.length, found.raw)
            size = max(found.length, self._size_of(address))
        except GoneError:
            return None
        return Fetched(one.pointer, one.received_at, size, None, "oversize", head_of(found.start))

    def _size_of(self, address: str) -> int:
        wanted = f"singleValueExtendedProperties($filter=id eq '{SIZE_PROPERTY}')"
        message = self._session.get(address, {"$select": "id", "$expand": wanted})
        told = [str(each.get("value", "")) for each in message.get("singleValueExtendedProperties") or ()]
        return next((int(value) for value in told if value.isdigit()), 0)

    def _look(self) -> tuple[str, int]:
        """The newest message of the folder, and how many there are."""
        parameters = {"$top": "1", "$select": "id", "$orderby": "receivedDateTime desc", "$count": "true"}
        address = f"{self._folders.root}/mailFolders/{self._folders.id_of(self.account.folder)}/messages"
        found = self._session.get(address, parameters)
        newest = [str(one["id"]) for one in found.get("value", ())]
        return (newest[0] if newest else ""), int(found.get("@odata.count", len(newest)))


def _since(cursor: Cursor | None, start: Start) -> datetime | None:
    """The set point of the first contact stays, also where another protocol made it."""
    if cursor is not None:
        start = Start(datetime.fromisoformat(cursor["since"]) if "since" in cursor else None)
    # Times of Graph have whole seconds: mail of the same second as the set point must not fall before it.
    return start.since.replace(microsecond=0) if start.since is not None else None


def _resumed(cursor: Cursor | None, since: datetime | None, folder: str, now: datetime) -> dict[str, str]:
    """The cursor to begin with: without a link where there was none, where it is of another folder, or once a day."""
    resumed = {"folder": folder} | ({"since": since.isoformat()} if since is not None else {})
    if cursor is None or cursor.get("folder") != folder or "link" not in cursor or "listed_at" not in cursor:
        return resumed
    if now - datetime.fromisoformat(cursor["listed_at"]) > LISTED_AGAIN_AFTER:
        return resumed
    return resumed | {"link": cursor["link"], "listed_at": cursor["listed_at"]}


def _new_of(entries: Sequence[Listed], since: datetime | None) -> list[Listed]:
    """What is in the folder at the end of a list of changes, and not history; the last word on each message counts."""
    last = {one.pointer: one for one in entries}
    return [one for one in last.values() if not one.is_removed and (since is None or one.received_at >= since)]


def _is_news(seen: tuple[str, int], now: tuple[str, int]) -> bool:
    # Where mail left the folder another one is the newest, without being new.
    return now[1] > seen[1] or (now[0] != seen[0] and now[1] == seen[1] and now[1] > 0)
