"""Fetching many messages at once in such a way that a bad one costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.mail.cursor import BatchLimits, Fetched
from bot.mailboxes.header import HEAD_BYTES
from bot.mailboxes.imap_connection import ANY_FAILURE, is_torn
from bot.mailboxes.imap_fetch import Answer
from bot.mailboxes.imap_folder import ImapFolder

VANISHED, UNREADABLE, OVERSIZE = "vanished", "unreadable", "oversize"

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
        # The connection was lost over one of these. They are read one by one from then on: a server that dies of one
        # message would otherwise keep all that come after it from us for ever.
        self._suspects: set[int] = set()

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
        """The first of these messages, as many as one batch may hold."""
        listed = _within(self._list(uids[: limits.count]), limits)
        wanted = [each.uid for each in listed if not each.problem]
        raws = {uid: _bytes_of(answer) for uid, answer in self._answers(wanted, b"BODY[]", "BODY.PEEK[]")}
        return [self._fetched(each, f"{uidvalidity}:{each.uid}", raws.get(each.uid, each.problem)) for each in listed]

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

    def _answers(self, uids: Sequence[int], key: bytes, *items: str) -> list[tuple[int, Answer | str]]:
        """For each UID the server's answer, or the problem with it, in the order of the UIDs."""
        together = {} if not uids or self._suspects.intersection(uids) else self._together(uids, *items)
        return [(uid, together[uid] if _has(together, uid, key) else self._alone(uid, key, *items)) for uid in uids]

    def _together(self, uids: Sequence[int], *items: str) -> dict[int, Answer]:
        try:
            return self._folder.fetch(uids, *items)
        except ANY_FAILURE as error:
            if is_torn(error):
                self._suspects = set(uids)
                raise
            self._folder.reconnect()
            return {}

    def _alone(self, uid: int, key: bytes, *items: str) -> Answer | str:
        for _ in range(ATTEMPTS):
            try:
                found = self._folder.fetch([uid], *items)
            except ANY_FAILURE:
                # Where the server is gone altogether, this raises, and nothing is blamed on the message.
                self._folder.reconnect()
                found = {}
            if _has(found, uid, key):
                return found[uid]
            if not self._folder.holds(uid):
                return VANISHED
        return UNREADABLE


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
    return found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo else otherwise
