"""What the steps ask of the store about searching, and about who is where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.desk.presence import Presence
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


class Presences(Protocol):
    def at(self, item_id: int) -> Sequence[Presence]: ...
    def renew(self, item_id: int, now: Presence) -> None: ...
    def leave(self, item_id: int, person: str) -> None: ...
