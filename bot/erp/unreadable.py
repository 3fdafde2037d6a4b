"""The one error for files that hold no table."""

from __future__ import annotations

from bot.errors import RuleViolationError


class UnreadableTableError(RuleViolationError):
    """The file holds no table that can be read."""

    def __init__(self, name: str, fault: str, advice: str) -> None:
        super().__init__(f"{name}: {fault}. {advice}.")
