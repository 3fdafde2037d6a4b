"""A mailbox in memory that behaves: messages in order, a cursor, and failures on request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.errors import BotError
from bot.mail.cursor import Batch, BatchLimits, Cursor, Fetched, Start

ARRIVED = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class ListedMailbox:
    """`messages` are the folder, oldest first; the cursor counts those handed out under one `validity`."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = list(messages)
        self.validity = "1"
        self.problems: dict[int, str] = {}
        self.failure: BotError | None = None
        self.settled: list[str] = []
        self.fetches = 0

    def fetch(self, cursor: Cursor | None, start: Start, limits: BatchLimits) -> Batch:  # noqa: ARG002 (nothing is history)
        self.fetches += 1
        if self.failure is not None:
            raise self.failure
        known = int(cursor["uid"]) if cursor is not None and cursor["validity"] == self.validity else 0
        chosen = range(known + 1, min(len(self.messages), known + limits.count) + 1)
        fetched = tuple(self._fetched(uid) for uid in chosen)
        after = {"validity": self.validity, "uid": str(known + len(fetched))}
        return Batch(fetched, after, has_more=known + len(fetched) < len(self.messages))

    def _fetched(self, uid: int) -> Fetched:
        raw = self.messages[uid - 1]
        problem = self.problems.get(uid, "")
        return Fetched(
            f"{self.validity}:{uid}", ARRIVED, len(raw), None if problem else raw, problem, b"Subject: x\r\n"
        )

    def pointers(self) -> Sequence[str]:
        return [f"{self.validity}:{uid + 1}" for uid in range(len(self.messages))]

    def history(self, pointers: Sequence[str], cursor: Cursor) -> set[str]:  # noqa: ARG002
        return set()

    def wait_for_news(self, seconds: float) -> bool:  # noqa: ARG002
        return False

    def settle(self, pointers: Sequence[str]) -> None:
        self.settled += pointers

    def check(self) -> str:
        return f"{len(self.messages)} messages"

    def close(self) -> None:
        """Nothing to give back."""
