"""What the steps ask of the store about bytes: mailboxes, deliveries, raw messages, quarantine, files of drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.desk.mailbox_trouble import Trouble
from bot.mail.cursor import Cursor
from bot.stored import MailboxState, NewDelivery, NewQuarantine, NewRaw, Quarantined, StoredRaw


class Mailboxes(Protocol):
    def get(self, slug: str) -> MailboxState: ...
    def begin(self, slug: str, since: datetime | None, now: datetime) -> None:
        """Remember the set point of a mailbox that is polled for the first time."""
        ...

    def save_cursor(self, slug: str, before: Cursor | None, after: Cursor, now: datetime) -> None:
        """Move the cursor. Raises ConflictError where someone else has moved it since `before` was read."""
        ...

    def succeeded(self, slug: str, now: datetime) -> None: ...
    def failed(self, slug: str, error: str, trouble: Trouble, now: datetime) -> None: ...


class RawMessages(Protocol):
    def known(self, shas: Sequence[str], fingerprints: Sequence[str]) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Raw ids by SHA-256 and by fingerprint, of those already stored."""
        ...

    def add_many(self, raws: Sequence[NewRaw], now: datetime) -> Mapping[str, int]:
        """Their ids by SHA-256. None of them may be there yet, and none twice."""
        ...

    def get(self, raw_id: int) -> StoredRaw: ...
    def waiting(self, limit: int, total_bytes: int) -> Sequence[StoredRaw]:
        """The oldest raw messages not taken in yet, at least one where there is one."""
        ...

    def still_waiting(self, raw_ids: Sequence[int]) -> set[int]:
        """Those of them that nobody has taken in meanwhile."""
        ...

    def set_state(self, raw_ids: Sequence[int], state: str) -> None: ...
    def release(self, raw_id: int) -> None:
        """Let it be taken in once more, past what had held it."""
        ...

    def count_attempt(self, raw_id: int) -> int:
        """One more failed try; the number of tries so far."""
        ...


class Deliveries(Protocol):
    def known_pointers(self, mailbox: str, pointers: Sequence[str]) -> set[str]: ...
    def add_many(self, deliveries: Sequence[NewDelivery], now: datetime) -> None: ...
    def unsettled(self, mailbox: str, limit: int) -> Sequence[str]:
        """Pointers of what is stored but not yet moved or marked on the server, oldest first."""
        ...

    def mark_settled(self, mailbox: str, pointers: Sequence[str]) -> None: ...


class Quarantine(Protocol):
    def hold(self, held: NewQuarantine, now: datetime) -> int: ...
    def get(self, quarantine_id: int) -> Quarantined: ...
    def release(self, quarantine_id: int, person: str, now: datetime) -> None: ...


class DraftFiles(Protocol):
    def add(self, content: bytes, now: datetime) -> str:
        """Keep these bytes, once; their SHA-256."""
        ...

    def get(self, digest: str) -> bytes:
        """Raises NotFoundError, and PermanentError where the bytes are gone or changed."""
        ...
