"""A mailbox on an IMAP server.

The cursor holds `uidvalidity`, `uid` (the last one handed out), `first_uid` (everything below it is history), `since`
(the set point of the first contact), `skipped` (history that lies above `first_uid`, as 3,7:9), and `modseq` where the
server has it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from imapclient import IMAPClient

from bot.errors import MailboxUnreachableError
from bot.mail.cursor import Batch, BatchLimits, Cursor, Start
from bot.mailboxes import imap_settling, uid_set
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap_connection import ImapConnection
from bot.mailboxes.imap_folder import FolderState, ImapFolder
from bot.mailboxes.imap_reading import ImapReading

# A server may end an IDLE after half an hour, and some firewalls forget a silent connection after ten minutes.
IDLE_SECONDS = 9 * 60.0
# How long a wait takes to notice that the mailbox is being closed.
SLICE_SECONDS = 0.5
# Between two questions to a server that cannot tell of news by itself.
ASK_SECONDS = 3.0
CLOSE_SECONDS = 2.0


class ImapMailbox:
    """See ports.Mailbox. The connection is made at first use and kept."""

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._connection = ImapConnection(account)
        self._folder = ImapFolder(self._connection, account.folder)
        self._reading = ImapReading(self._folder)
        self._in_use = threading.Lock()
        self._closing = threading.Event()
        self._last_uid: int | None = None
        # What a listing showed beyond the last batch, and the cursor that it continues: a backlog is listed once.
        self._backlog: tuple[str, str, list[int]] | None = None

    def fetch(self, cursor: Cursor | None, start: Start, limits: BatchLimits) -> Batch:
        with self._using("the poll"):
            state = self._folder.refresh()
            if cursor is None or cursor.get("uidvalidity") != state.uidvalidity:
                cursor = self._first_contact(_since(cursor, start))
            uids = self._waiting(cursor)
            fetched = self._reading.read(uids, state.uidvalidity, limits)
            left = uids[len(fetched) :]
            after = self._moved(cursor, state, uids[: len(fetched)])
            self._backlog = (after["uidvalidity"], after["uid"], left) if left else None
            self._last_uid = int(after["uid"])
            return Batch(tuple(fetched), after, has_more=bool(left))

    def pointers(self) -> Sequence[str]:
        with self._using("listing the messages"):
            state = self._folder.refresh()
            return [f"{state.uidvalidity}:{uid}" for uid in self._folder.uids_from(1)]

    def history(self, pointers: Sequence[str], cursor: Cursor) -> set[str]:
        first, skipped = int(cursor["first_uid"]), uid_set.read(cursor.get("skipped", ""))
        uids = {pointer: int(pointer.rpartition(":")[2]) for pointer in pointers if _is_of(pointer, cursor)}
        return {pointer for pointer, uid in uids.items() if uid < first or uid in skipped}

    def wait_for_news(self, seconds: float) -> bool:
        if self._closing.is_set():
            return False
        deadline = time.monotonic() + seconds
        with self._using("waiting for news", is_opening=False):
            while not self._closing.is_set():
                if news := self._news():
                    # Told once: whoever only waits here, and fetches elsewhere, must not be told for ever.
                    self._last_uid = news[-1]
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._pause(left)
        return False

    def settle(self, pointers: Sequence[str]) -> None:
        if not self.account.after_store or not pointers:
            return
        with self._using("settling what was stored"):
            self._folder.forget()
            imap_settling.settle(self._connection.live()[0], self.account, pointers)

    def check(self) -> str:
        """Log in and open the folder; a short sentence of what answered."""
        with self._using("the check"):
            self._folder.refresh()
            state = self._folder.reopen()
            extensions = [
                name for name in ("IDLE", "CONDSTORE", "MOVE") if name.encode() in self._folder.capabilities()
            ]
            return ", ".join([f"{state.messages} messages in {self.account.folder}", *extensions])

    def close(self) -> None:
        self._closing.set()
        if self._in_use.acquire(timeout=CLOSE_SECONDS):
            try:
                self._connection.close()
            finally:
                self._in_use.release()
        else:
            self._connection.interrupt()

    @contextlib.contextmanager
    def _using(self, doing: str, *, is_opening: bool = True) -> Iterator[None]:
        with self._in_use, self._connection.translating(doing):
            if is_opening:
                self._closing.clear()
                self._connection.allow()
            yield

    def _first_contact(self, since: datetime | None) -> Cursor:
        # Opened anew: next_uid must be of this moment, since all that comes from there on is new whatever its date.
        state = self._folder.reopen()
        cursor = {"uidvalidity": state.uidvalidity, "first_uid": "1", "uid": "0"}
        if since is None:
            return cursor
        # INTERNALDATE has whole seconds: mail of the same second as the set point must not fall before it.
        since = since.replace(microsecond=0)
        new = self._reading.arrived_since(since)
        first = min([*new, state.next_uid])
        skipped = set(self._folder.uids_between(first, state.next_uid - 1)).difference(new)
        cursor |= {"first_uid": str(first), "uid": str(first - 1), "since": since.isoformat()}
        return cursor | {"skipped": uid_set.write(skipped)} if skipped else cursor

    def _waiting(self, cursor: Cursor) -> list[int]:
        if self._backlog is not None and self._backlog[:2] == (cursor["uidvalidity"], cursor["uid"]):
            return self._backlog[2]
        uids = self._folder.uids_from(int(cursor["uid"]) + 1)
        if uids and "skipped" in cursor:
            skipped = uid_set.read(cursor["skipped"])
            return [uid for uid in uids if uid not in skipped]
        return uids

    @staticmethod
    def _moved(cursor: Cursor, state: FolderState, done: Sequence[int]) -> dict[str, str]:
        moved = {**cursor, "uid": str(done[-1])} if done else dict(cursor)
        return moved | {"modseq": state.modseq} if state.modseq else moved

    def _news(self) -> list[int]:
        state = self._folder.refresh()
        if self._last_uid is None:
            self._last_uid = state.next_uid - 1
        return self._folder.uids_from(self._last_uid + 1)

    def _pause(self, seconds: float) -> None:
        """Return when the server told of something, when the time is over, or when the mailbox is being closed."""
        if b"IDLE" not in self._folder.capabilities():
            self._closing.wait(min(seconds, ASK_SECONDS))
        elif self._idle(self._connection.current(), min(seconds, IDLE_SECONDS)) and not self._news():
            # Some servers repeat EXISTS at every IDLE without any news; asking them at once again would never end.
            self._closing.wait(1.0)

    def _idle(self, client: IMAPClient, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        client.idle()
        told: list[tuple[object, ...]] = []
        while not told and not self._closing.is_set() and (left := deadline - time.monotonic()) > 0:
            asked_at = time.monotonic()
            told = [answer for answer in client.idle_check(min(left, SLICE_SECONDS)) if _is_news(answer)]
            if not told and time.monotonic() - asked_at < min(left, SLICE_SECONDS) / 2:
                # On a lost connection idle_check says nothing, at once and for ever. The end of IDLE tells which it is.
                break
        client.idle_done()
        return bool(told)


def _since(cursor: Cursor | None, start: Start) -> datetime | None:
    """The set point of the first contact stays: where UIDs begin anew, `now` would make history of what came since."""
    if cursor is None:
        return start.since
    return datetime.fromisoformat(cursor["since"]) if "since" in cursor else None


def _is_of(pointer: str, cursor: Cursor) -> bool:
    return pointer.partition(":")[0] == cursor["uidvalidity"]


def _is_news(answer: tuple[object, ...]) -> bool:
    if answer[:1] == (b"BYE",):
        raise MailboxUnreachableError("the server ended the connection")
    return b"EXISTS" in answer
