"""A Drafts folder in memory, with the Sent folder beside it, and the person who works in both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.errors import BotError
from bot.mail.filed import FiledMessage, filed_message


class KeepingDrafts:
    """Keeps what is put in; fails once as it is told, before it has put anything or, for `failure_after`, after it."""

    def __init__(self, *, failure: BotError | None = None, failure_after: BotError | None = None) -> None:
        self.drafts: dict[str, tuple[bytes, datetime]] = {}
        self.sent: dict[str, tuple[bytes, datetime]] = {}
        self.now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
        self.failure = failure
        self.failure_after = failure_after
        self.puts = 0
        self._count = 0

    def put(self, raw: bytes) -> None:
        self._fail()
        self.puts += 1
        self._keep(self.drafts, "drafts", raw)
        if self.failure_after is not None:
            failure, self.failure_after = self.failure_after, None
            raise failure

    def lying(self) -> Sequence[FiledMessage]:
        self._fail()
        return [filed_message(pointer, raw, at) for pointer, (raw, at) in self.drafts.items()]

    def sent_since(self, since: datetime) -> Sequence[FiledMessage]:
        self._fail()
        return [filed_message(pointer, raw, at) for pointer, (raw, at) in self.sent.items() if at >= since]

    def read(self, filed: FiledMessage) -> bytes | None:
        found = {**self.drafts, **self.sent}.get(filed.pointer)
        return found[0] if found is not None else None

    def close(self) -> None:
        """Nothing to give back."""

    def person_saves(self, raw: bytes) -> None:
        self._keep(self.drafts, "drafts", raw)

    def person_sends(self, raw: bytes) -> None:
        self._keep(self.sent, "sent", raw)

    def person_empties_drafts(self) -> None:
        self.drafts.clear()

    def _keep(self, folder: dict[str, tuple[bytes, datetime]], name: str, raw: bytes) -> None:
        self._count += 1
        folder[f"{name}:{self._count}"] = (raw, self.now)

    def _fail(self) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
