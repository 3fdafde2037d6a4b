"""Senders that behave: they keep what they take, or fail as they are told."""

from __future__ import annotations

from bot.errors import BotError
from bot.mail.envelope import Envelope, Receipt


class KeepingSender:
    """Takes everything and keeps it, unless it is told what to raise next."""

    def __init__(self, *failures: BotError) -> None:
        self.sent: list[tuple[Envelope, bytes]] = []
        self._failures = list(failures)

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        if self._failures:
            raise self._failures.pop(0)
        self.sent.append((envelope, raw))
        return Receipt("250 kept")

    def check(self) -> str:
        return "keeps everything"


class KeepingFolder:
    """A Sent folder in memory."""

    def __init__(self, *, failure: BotError | None = None) -> None:
        self.copies: list[bytes] = []
        self.failure = failure

    def holds(self, message_id_header: str) -> bool:
        if self.failure is not None:
            raise self.failure
        return any(f"<{message_id_header}>".encode() in raw for raw in self.copies)

    def add(self, raw: bytes) -> None:
        if self.failure is not None:
            raise self.failure
        self.copies.append(raw)

    def close(self) -> None:
        """Nothing to give back."""
