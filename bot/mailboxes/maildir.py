"""A mailbox that lies on this machine as a Maildir or as a plain folder of .eml files, and its folder of sent mail."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.mail.cursor import Batch, BatchLimits, Cursor, Start
from bot.mailboxes import maildir_files
from bot.mailboxes.account import Known, MaildirAccount
from bot.mailboxes.header import message_ids_in
from bot.mailboxes.maildir_files import Entry

# A listing that changed this short a time ago may change again without its time stamp telling: some file systems
# count in steps of two seconds.
SETTLED_NS = 2_500_000_000
LOOK_SECONDS = 0.25


class MaildirMailbox:
    """See ports.Mailbox.

    The files of a Maildir have no order that a cursor could name, and their times can be anything. So `known` decides
    what is new. The cursor holds `since`, the set point of the first contact: a file last changed before it is history.
    It also holds `listing`, the state of the folders when all they held had been handed out, which makes a poll with
    nothing new cost two looks.
    """

    def __init__(self, account: MaildirAccount, known: Known) -> None:
        self.account = account
        self._known = known
        self._listing: str | None = None
        self._closing = threading.Event()

    def fetch(self, cursor: Cursor | None, start: Start, limits: BatchLimits) -> Batch:
        self._closing.clear()
        path = self.account.path
        since = _since(cursor, start)
        # Taken before the listing, so that a file which comes in between is found by the next poll.
        listing, now_ns = maildir_files.modified(path), time.time_ns()
        self._listing = listing
        if cursor is not None and cursor.get("listing") == listing:
            return Batch((), cursor)
        new = self._new_entries(since)
        taken = _within(new, limits)
        has_more = len(taken) < len(new)
        is_settled = not has_more and all(now_ns - int(each) > SETTLED_NS for each in listing.split())
        after = {"since": since.isoformat()} if since is not None else {}
        if is_settled:
            after["listing"] = listing
        fetched = tuple(maildir_files.read(path, each, limits.message_bytes) for each in taken)
        return Batch(fetched, after, has_more)

    def pointers(self) -> Sequence[str]:
        return [each.pointer for each in maildir_files.entries(self.account.path)]

    def history(self, pointers: Sequence[str], cursor: Cursor) -> set[str]:
        since = _since(cursor, Start(None))
        old = {each.pointer for each in maildir_files.entries(self.account.path) if not _is_new(each, since)}
        return old.intersection(pointers)

    def wait_for_news(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        if self._listing is None:
            self._listing = maildir_files.modified(self.account.path)
        while not self._closing.is_set():
            listing = maildir_files.modified(self.account.path)
            if listing != self._listing:
                # Told once, also to one who only waits here and fetches elsewhere.
                self._listing = listing
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self._closing.wait(min(left, LOOK_SECONDS))
        return False

    def settle(self, pointers: Sequence[str]) -> None:
        """Nothing: a Maildir belongs to the mail program that fills it."""

    def check(self) -> str:
        return f"{len(self.pointers())} messages in {self.account.path}"

    def close(self) -> None:
        self._closing.set()

    def _new_entries(self, since: datetime | None) -> list[Entry]:
        found = {each.pointer: each for each in maildir_files.entries(self.account.path) if _is_new(each, since)}
        known = self._known(list(found))
        new = (each for pointer, each in found.items() if pointer not in known)
        return sorted(new, key=lambda each: (each.modified_ns, each.pointer))


class MaildirSentFolder:
    """See ports.SentFolder."""

    def __init__(self, account: MaildirAccount) -> None:
        self._path = account.sent

    def holds(self, message_id_header: str) -> bool:
        if not self._path.is_dir():
            return False
        heads = (maildir_files.head(each.path) for each in maildir_files.entries(self._path))
        return any(message_id_header in message_ids_in(head) for head in heads)

    def add(self, raw: bytes) -> None:
        maildir_files.add(self._path, raw, "S")

    def close(self) -> None:
        """Nothing is held open."""


def _since(cursor: Cursor | None, start: Start) -> datetime | None:
    if cursor is None:
        return start.since
    return datetime.fromisoformat(cursor["since"]) if "since" in cursor else None


def _is_new(entry: Entry, since: datetime | None) -> bool:
    # File systems stamp by a coarse clock: mail of the same second as the set point must not fall before it.
    return since is None or entry.modified_ns >= int(since.timestamp()) * 1_000_000_000


def _within(entries: Iterable[Entry], limits: BatchLimits) -> list[Entry]:
    taken: list[Entry] = []
    total = 0
    for each in entries:
        total += each.size if each.size <= limits.message_bytes else 0
        if len(taken) == limits.count or (taken and total > limits.total_bytes):
            break
        taken.append(each)
    return taken
