"""What the steps ask of the store about searching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.desk.search_words import Searchable


class Search(Protocol):
    def unfilled_messages(self, after: int, limit: int) -> Sequence[Searchable]:
        """Messages from a little before this id on that cannot be found yet, oldest first."""
        ...

    def unfilled_notes(self, after: int, limit: int) -> Sequence[Searchable]: ...
    def unfilled_drafts(self, limit: int) -> Sequence[Searchable]:
        """The newest versions of drafts that wait."""
        ...

    def add(self, found: Iterable[tuple[Searchable, Sequence[str]]]) -> None: ...
    def count(self) -> int: ...
