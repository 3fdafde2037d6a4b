"""Delta queries: pages of everything, then of what changed since a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.microsoft.graph_state import Box

MAY_BE_ASKED = {"$select", "$deltatoken", "$skiptoken"}


def delta(
    box: Box, folder: str, query: dict[str, str], size: int, link: Callable[[dict[str, str]], str]
) -> dict[str, Any] | None:
    """One page; None where the link is of a state that is no longer known."""
    if not set(query) <= MAY_BE_ASKED:
        raise AssertionError(f"a delta query may not ask for {set(query) - MAY_BE_ASKED}")
    since, end, offset = _resumed(box, query)
    if 0 <= since < box.forgotten:
        return None
    entries = _changed(box, folder, since, end) if since >= 0 else [item.shown() for item in box.in_folder(folder)]
    body: dict[str, Any] = {"value": entries[offset : offset + size]}
    if len(entries) > offset + size:
        body["@odata.nextLink"] = link({"$skiptoken": f"{since}.{end}.{offset + size}"})
    else:
        body["@odata.deltaLink"] = link({"$deltatoken": str(end)})
    return body


def _resumed(box: Box, query: dict[str, str]) -> tuple[int, int, int]:
    """From which change, to which, and how many entries of them were given. -1: everything that is there."""
    if "$skiptoken" in query:
        since, end, offset = (int(part) for part in query["$skiptoken"].split("."))
        return since, end, offset
    return int(query.get("$deltatoken", "-1")), len(box.changes), 0


def _changed(box: Box, folder: str, since: int, end: int) -> list[dict[str, Any]]:
    ids = dict.fromkeys(item_id for where, item_id in box.changes[since:end] if where == folder)
    entries: list[dict[str, Any]] = []
    for item_id in ids:
        item = box.items.get(item_id)
        if item is not None and item.folder == folder:
            entries.append(item.shown())
        else:
            entries.append({"id": item_id, "@removed": {"reason": "deleted"}})
    return entries
