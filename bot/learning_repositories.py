"""What the steps ask of the store about learning: the examples of the company, and which model sorts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.desk.example import OwnExample
from bot.desk.model_choice import Comparison, ModelChoice


class Examples(Protocol):
    def keep(self, example: OwnExample) -> None:
        """Store it in the place of what was kept of the same message before."""
        ...

    def of_message(self, message_id: int) -> OwnExample | None: ...
    def kept(self) -> Sequence[OwnExample]:
        """All, oldest first."""
        ...

    def answered_as_sorted(self, limit: int) -> Sequence[OwnExample]:
        """Messages whose answer somebody approved under the very category that the desk had said; newest first.

        They are read from the mail itself, with people covered, and kept nowhere.
        """
        ...

    def forget(self, message_ids: Sequence[int]) -> int:
        """Delete what was kept of these messages; how many there were."""
        ...

    def forget_before(self, moment: datetime) -> int: ...


class Models(Protocol):
    def chosen(self) -> ModelChoice | None:
        """The newest choice, None where nobody ever chose."""
        ...

    def choices(self) -> Sequence[ModelChoice]:
        """All, newest first."""
        ...

    def choose(self, choice: ModelChoice) -> None: ...
    def compared(self, champion: str) -> Sequence[Comparison]:
        """The comparisons with this champion, oldest first."""
        ...

    def add_comparison(self, comparison: Comparison) -> None: ...
