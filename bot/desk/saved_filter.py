"""A list of work items under a name, so that nobody sets the same filters every morning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """`query` is the list as an address of the page names it. "Mine" in a shared one is whoever looks."""

    filter_id: int
    name: str
    query: str
    owner: str
    is_shared: bool
