"""Fetching many messages at once in such a way that a bad one costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import MailboxUnreachableError
from bot.mail.cursor import BatchLimits, Fetched
from bot.mailboxes.header import HEAD_BYTES
from bot.mailboxes.imap_errors import ANY_FAILURE, is_torn
from bot.mailboxes.imap_folder import ImapFolder

if TYPE_CHECKING:
    from bot.mailboxes.imap_fetch import Answer

VANISHED, UNREADABLE, OVERSIZE = "vanished", "unreadable", "oversize"
# The connection was lost over it: nothing is known of the message yet, and it is to be tried again later.
PUT_OFF = "put off"

ATTEMPTS = 2
# Dates are some 60 bytes a message; a thousand of them are a short answer, and 100,000 a hundred of those.
DATES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class _Listed:
    uid: int
    size: int
    received_at: datetime
    problem: str = ""


class ImapReading:
    def __init__(self, folder: ImapFolder) -> None:
        self._folder = folder

    def arrived_since(self, since: datetime) -> list[int]:
        """The UIDs whose INTERNALDATE is not before `since`; one without a readable date counts as new."""
        # SEARCH compares days, by the server's calendar, so it is asked for a day more than needed.
        candidates = self._folder.uids_since(since.astimezone(UTC).date() - timedelta(days=1))
        new: list[int] = []
        for at in range(0, len(candidates), DATES_AT_ONCE):
            for uid, answer in self._answers(candidates[at : at + DATES_AT_ONCE], b"INTERNALDATE", "INTERNALDATE"):
                if answer != VANISHED and _received_at(answer, otherwise=since) >= since:
                    new.append(uid)
        return new

    def read(self, uids: Sequence[int], uidvalidity: str, limits: BatchLimits) -> list[Fetched]:
        """The first of these messages, as many as one batch may hold; PUT_OFF is among the problems."""
        listed = _within(self._list(uids[: limits.count]), limits)
        wanted = [each.uid for each in listed if not each.problem]
        size = sum(each.size for each in listed if not each.problem)
        answers = self._answers(wanted, b"BODY[]", "BODY.PEEK[]", size=size)
        raws = {uid: _bytes_of(answer) for uid, answer in answers}
        return [self._fetched(each, f"{uidvalidity}:{each.uid}", raws.get(each.uid, each.problem)) for each in listed]

    def given_up(self, uid: int, uidvalidity: str) -> Fetched:
        """What can be told of a message over which the connection was lost too often."""
        head = b""
        with suppress(MailboxUnreachableError):
            head = self._head(uid)
        return Fetched(f"{uidvalidity}:{uid}", datetime.now(UTC), 0, None, UNREADABLE, head)

    def _fetched(self, listed: _Listed, pointer: str, raw: bytes | str) -> Fetched:
        if isinstance(raw, str):
            head = self._head(listed.uid) if raw in (OVERSIZE, UNREADABLE) else b""
            return Fetched(pointer, listed.received_at, listed.size, None, raw, head)
        if not raw and listed.size:
            return Fetched(pointer, listed.received_at, listed.size, None, UNREADABLE, self._head(listed.uid))
        return Fetched(pointer, listed.received_at, len(raw), raw)

    def _list(self, uids: Sequence[int]) -> Iterable[_Listed]:
        for uid, answer in self._answers(uids, b"RFC822.SIZE", "RFC822.SIZE", "INTERNALDATE"):
            received_at = _received_at(answer, otherwise=datetime.now(UTC))
            if isinstance(answer, str):
                yield _Listed(uid, 0, received_at, answer)
            else:
                yield _Listed(uid, int(answer[b"RFC822.SIZE"]), received_at)

    def _head(self, uid: int) -> bytes:
        key = b"BODY[HEADER]<0>"
        for _, answer in self._answers([uid], key, f"BODY.PEEK[HEADER]<0.{HEAD_BYTES}>"):
            found = _bytes_of(answer, key)
            return found[:HEAD_BYTES] if isinstance(found, bytes) else b""
        return b""

    def _answers(self, uids: Sequence[int], key: bytes, *items: str, size: int = 0) -> list[tuple[int, Answer | str]]:
        """For each UID the server's answer, or the problem with it, in the order of the UIDs."""
        asked = _Asked(key, items, size)
        together = self._together(uids, asked) if uids else {}
        if together is None:
            return self._one_by_one(uids, asked)
        return [(uid, together[uid] if _has(together, uid, key) else self._alone(uid, asked)) for uid in uids]

    def _together(self, uids: Sequence[int], asked: _Asked) -> dict[int, Answer] | None:
        """None where the connection was lost over one of them."""
        try:
            return self._folder.fetch(uids, asked.items, asked.size)
        except ANY_FAILURE as error:
            self._folder.reconnect()
            return None if is_torn(error) else {}

    def _one_by_one(self, uids: Sequence[int], asked: _Asked) -> list[tuple[int, Answer | str]]:
        """Each shows whether it is the one.

        A message is only put off where another could be read: a server that gives none has a trouble of its own, and
        no message is to blame for that.
        """
        found: dict[int, Answer | str] = {}
        for uid in (uids[-1], *uids[:-1]):
            found[uid] = self._alone(uid, asked)
            is_any_read = any(isinstance(one, dict) for one in found.values())
            if len(found) == 2 and PUT_OFF in found.values() and not is_any_read:
                raise MailboxUnreachableError("the connection is lost whatever message is asked for")
        return [(uid, found[uid]) for uid in uids]

    def _alone(self, uid: int, asked: _Asked) -> Answer | str:
        for _ in range(ATTEMPTS):
            try:
                found = self._folder.fetch([uid], asked.items, asked.size)
            except ANY_FAILURE as error:
                # Where the server is gone altogether, this raises, and nothing is blamed on the message.
                self._folder.reconnect()
                if is_torn(error):
                    return PUT_OFF
                found = {}
            if _has(found, uid, asked.key):
                return found[uid]
            if not self._folder.holds(uid):
                return VANISHED
        return UNREADABLE


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, the part without which an answer is none, and how many bytes of messages are expected."""

    key: bytes
    items: Sequence[str]
    size: int


def _within(listed: Iterable[_Listed], limits: BatchLimits) -> list[_Listed]:
    """As many as the byte limit allows, but at least one; what is too large by itself is marked and weighs nothing."""
    taken: list[_Listed] = []
    total = 0
    for each in listed:
        if each.size > limits.message_bytes:
            taken.append(_Listed(each.uid, each.size, each.received_at, OVERSIZE))
            continue
        total += each.size
        if taken and total > limits.total_bytes:
            break
        taken.append(each)
    return taken


def _has(answers: dict[int, Answer], uid: int, key: bytes) -> bool:
    return answers.get(uid, {}).get(key) is not None


def _bytes_of(answer: Answer | str, key: bytes = b"BODY[]") -> bytes | str:
    if isinstance(answer, str):
        return answer
    found = answer[key]
    return found if isinstance(found, bytes) else UNREADABLE


def _received_at(answer: Answer | str, otherwise: datetime) -> datetime:
    found = None if isinstance(answer, str) else answer.get(b"INTERNALDATE")
    return found if isinstance(found, datetime) else otherwise
