"""A mailbox on an Exchange server.

The cursor holds `state`, the server's own (SyncState), and `since`, the set point of the first contact. At first
contact, and where the server lost the state, the folder is listed once and handed out from the oldest on: until that is
done the cursor holds `upto`, the time and id of the last one handed out, and what came meanwhile follows by `state`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from exchangelib import errors as ews

from bot.errors import BotError
from bot.exchange import services
from bot.exchange.account import ExchangeAccount
from bot.exchange.connection import ExchangeConnection
from bot.exchange.items import Change, Listed
from bot.mail.cursor import Batch, BatchLimits, Cursor, Start
from bot.mailboxes import exchange_settling
from bot.mailboxes.account import Known
from bot.mailboxes.exchange_listing import Changes, ExchangeListing, StateLostError
from bot.mailboxes.exchange_news import ExchangeNews, subscribe
from bot.mailboxes.exchange_reading import ExchangeReading

# Between two questions to a server that cannot tell of news by itself.
ASK_SECONDS = 3.0
CLOSE_SECONDS = 2.0
# Of so many messages of a backlog the store is asked at a time whether it knows them.
ASKED_AT_ONCE = 500
_OLDEST = datetime.min.replace(tzinfo=UTC)


class ExchangeMailbox:
    """See ports.Mailbox. The connection is made at first use and kept; a pointer is the item's id."""

    def __init__(self, account: ExchangeAccount, known: Known) -> None:
        self.account = account
        self._known = known
        self._connection = ExchangeConnection(account)
        self._listing = ExchangeListing(self._connection)
        self._reading = ExchangeReading(self._connection)
        self._in_use = threading.Lock()
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._news = ExchangeNews(account, self._wake)
        # What is waited for came after this state.
        self._told_state: str | None = None
        # What a listing showed beyond the last batch, and the place in it: a backlog is listed once.
        self._backlog: tuple[tuple[str, str], list[Listed]] | None = None
        self._listed: dict[str, Listed] = {}

    def fetch(self, cursor: Cursor | None, start: Start, limits: BatchLimits) -> Batch:
        with self._using("the poll"):
            if cursor is None or "state" not in cursor:
                return self._first_contact(_since(cursor, start), limits)
            try:
                if "upto" in cursor:
                    return self._from_backlog(cursor, self._waiting(cursor), limits)
                return self._news_since(cursor, limits)
            except StateLostError:
                return self._first_contact(_since(cursor, start), limits)

    def pointers(self) -> Sequence[str]:
        with self._using("listing the messages"):
            self._listed, _ = self._listing.everything()
            return list(self._listed)

    def history(self, pointers: Sequence[str], cursor: Cursor) -> set[str]:
        since = _since(cursor, Start(None))
        if since is None:
            return set()
        if not self._listed:
            self.pointers()
        old = [each for each in pointers if each in self._listed and not _is_new(self._listed[each], since)]
        # What was moved in later is older than the set point and was fetched all the same.
        return set(old) - self._known(old)

    def wait_for_news(self, seconds: float) -> bool:
        if self._closing.is_set():
            return False
        deadline = time.monotonic() + seconds
        with self._using("waiting for news", is_opening=False):
            while not self._closing.is_set():
                self._news.start()
                self._wake.clear()
                if self._has_news():
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._wake.wait(left if self._news.is_listening else min(left, ASK_SECONDS))
        return False

    def settle(self, pointers: Sequence[str]) -> None:
        if not self.account.after_store or not pointers:
            return
        with self._using("settling what was stored"):
            exchange_settling.settle(self._connection, pointers)

    def check(self) -> str:
        """Log in and open the folder; a short sentence of what answered."""
        with self._using("the check"):
            self._connection.forget_folders()
            folder = self._connection.folder(self.account.folder)
            wanted = services.folder_fields("total_count")
            told = self._connection.one(
                services.FolderFacts, folders=[folder], additional_fields=wanted, shape="IdOnly"
            )
            count = told.findtext(f".//{services.T}TotalCount") or "?"
            return f"{count} messages in {self.account.folder}, by {self.account.access}, {self._way_of_news()}"

    def close(self) -> None:
        self._closing.set()
        self._wake.set()
        self._news.stop()
        if self._in_use.acquire(timeout=CLOSE_SECONDS):
            try:
                self._connection.close()
            finally:
                self._in_use.release()

    @contextlib.contextmanager
    def _using(self, doing: str, *, is_opening: bool = True) -> Iterator[None]:
        with self._in_use, self._connection.translating(doing):
            if is_opening:
                self._closing.clear()
            yield

    def _first_contact(self, since: datetime | None, limits: BatchLimits) -> Batch:
        found, state = self._listing.everything()
        cursor = {"state": state, "upto": ""}
        if since is not None:
            cursor["since"] = since.isoformat()
        return self._from_backlog(cursor, _in_order(found.values(), since), limits)

    def _waiting(self, cursor: Cursor) -> list[Listed]:
        if self._backlog is not None and self._backlog[0] == (cursor["state"], cursor["upto"]):
            return self._backlog[1]
        found, _ = self._listing.everything()
        return [
            each for each in _in_order(found.values(), _since(cursor, Start(None))) if _place(each) > cursor["upto"]
        ]

    def _from_backlog(self, cursor: Cursor, waiting: Sequence[Listed], limits: BatchLimits) -> Batch:
        new: list[Listed] = []
        at = 0
        # Only as far as this batch may need it: a backlog may be the mail of years.
        while at < len(waiting) and len(new) <= limits.count:
            new += self._unknown(waiting[at : at + ASKED_AT_ONCE])
            at += ASKED_AT_ONCE
        taken = _within(new, limits)
        fetched = self._reading.read(taken, limits)
        left = [*new[len(taken) :], *waiting[at:]]
        after = {key: value for key, value in cursor.items() if key != "upto"}
        if left:
            after["upto"] = _place(taken[-1])
            self._backlog = ((after["state"], after["upto"]), left)
        self._told_state = after["state"]
        return Batch(tuple(fetched), after, has_more=bool(left))

    def _news_since(self, cursor: Cursor, limits: BatchLimits) -> Batch:
        since = _since(cursor, Start(None))
        found = self._listing.since(cursor["state"], limits.count)
        new = self._new_of(found, since)
        while len(fitting := _within(new, limits)) < len(new):
            # A state names a place between two changes: to end here, the server is asked for fewer.
            first_left = new[len(fitting)].item_id
            count = next(at for at, change in enumerate(found.changes) if change.item.item_id == first_left)
            before, found = len(found.changes), self._listing.since(cursor["state"], count)
            new = self._new_of(found, since)
            if len(found.changes) >= before:
                # It gives what it likes. Better a large batch than none.
                break
        fetched = self._reading.read(sorted(new, key=_place), limits)
        self._told_state = found.state
        return Batch(tuple(fetched), {**cursor, "state": found.state}, found.has_more)

    def _new_of(self, found: Changes, since: datetime | None) -> list[Listed]:
        """The messages that these changes brought and that are not stored. One that is gone again is left out."""
        gone = {change.item.item_id for change in found.changes if change.kind == "Delete"}
        came = {
            change.item.item_id: change.item
            for change in found.changes
            if _is_arrival(change, since) and change.item.item_id not in gone
        }
        return self._unknown(list(came.values()))

    def _unknown(self, listed: Sequence[Listed]) -> list[Listed]:
        known = self._known([each.item_id for each in listed])
        return [each for each in listed if each.item_id not in known]

    def _has_news(self) -> bool:
        if self._told_state is None:
            self._told_state = self._listing.everything()[1]
            return False
        is_new, has_more = False, True
        while has_more:
            try:
                found = self._listing.since(self._told_state)
            except StateLostError:
                self._told_state = None
                return True
            is_new = is_new or any(change.kind == "Create" for change in found.changes)
            # Told once: whoever only waits here, and fetches elsewhere, must not be told for ever.
            self._told_state, has_more = found.state, found.has_more
        return is_new

    def _way_of_news(self) -> str:
        try:
            subscription = subscribe(self._connection)
            self._connection.ask(services.Unsubscribed, subscription_id=subscription)
        except (ews.EWSError, BotError) as error:
            return f"asked every {ASK_SECONDS:.0f} s, as the server gives no notifications ({type(error).__name__})"
        return "with notifications"


def _since(cursor: Cursor | None, start: Start) -> datetime | None:
    if cursor is None:
        # The times that Exchange tells have whole seconds: mail of the set point's second must not fall before it.
        return start.since.replace(microsecond=0) if start.since is not None else None
    return datetime.fromisoformat(cursor["since"]) if "since" in cursor else None


def _is_new(listed: Listed, since: datetime | None) -> bool:
    return since is None or listed.received_at is None or listed.received_at >= since


def _is_arrival(change: Change, since: datetime | None) -> bool:
    """A change of an item counts too, as servers fold an arrival and a later change into one; but not of history."""
    return change.kind == "Create" or (change.kind == "Update" and _is_new(change.item, since))


def _place(listed: Listed) -> str:
    """Sorts by time, and among those of one second by id."""
    return f"{(listed.received_at or _OLDEST).isoformat()} {listed.item_id}"


def _in_order(listed: Iterable[Listed], since: datetime | None) -> list[Listed]:
    return sorted((each for each in listed if _is_new(each, since)), key=_place)


def _within(listed: Sequence[Listed], limits: BatchLimits) -> list[Listed]:
    """As many as a batch may hold, but at least one; what is too large by itself weighs nothing."""
    taken: list[Listed] = []
    total = 0
    for each in listed:
        total += each.size if each.size <= limits.message_bytes else 0
        if len(taken) == limits.count or (taken and total > limits.total_bytes):
            break
        taken.append(each)
    return taken
