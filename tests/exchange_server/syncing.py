"""SyncFolderItems as the tests' Exchange server does it: a state is a word that only the server understands."""

from __future__ import annotations

import base64
import secrets

from tests.exchange_server.answers import Element, element, item_element, success
from tests.exchange_server.operations import Asking, RefusedError, part
from tests.exchange_server.schema import M, T
from tests.exchange_server.state import Folder


def sync_folder_items(asking: Asking) -> list[Element]:
    """The next changes, folded: what came, changed and went since the state is told by its last word alone."""
    folder = asking.folder(part(asking.body, f"{M}SyncFolderId"))
    count = int(asking.body.findtext(f"{M}MaxChangesReturned") or "1")
    count = 512 if asking.world.ignores_counts else count
    waiting, seq = _from_state(asking, folder, asking.body.findtext(f"{M}SyncState") or "")
    if waiting:
        page, left, after = [("Create", item_id) for item_id in waiting[:count]], waiting[count:], seq
        is_last = not left and not _folded(folder, seq)
    else:
        changes = _folded(folder, seq)
        page, left = [(kind, item_id) for _, kind, item_id in changes[:count]], []
        after = changes[min(count, len(changes)) - 1][0] if changes else seq
        is_last = len(changes) <= count
    told = [made for kind, item_id in page if (made := _change(asking, folder, kind, item_id)) is not None]
    return [
        success(
            "SyncFolderItems",
            element(f"{M}SyncState", _remembered(asking, folder, left, after)),
            element(f"{M}IncludesLastItemInRange", str(is_last).lower()),
            element(f"{M}Changes", *told),
        )
    ]


def _from_state(asking: Asking, folder: Folder, state: str) -> tuple[list[str], int]:
    if not state:
        # At first everything, the newest first.
        newest_first = sorted(folder.items.values(), key=lambda item: item.received_at, reverse=True)
        return [item.item_id for item in newest_first], folder.log[-1][0] if folder.log else 0
    known = asking.world.states.get(state)
    if known is None or known[0] != folder.folder_id:
        raise RefusedError("ErrorInvalidSyncStateData")
    return known[1], known[2]


def _remembered(asking: Asking, folder: Folder, left: list[str], seq: int) -> str:
    state = base64.b64encode(secrets.token_bytes(48)).decode()
    asking.world.states[state] = (folder.folder_id, left, seq)
    return state


def _folded(folder: Folder, seq: int) -> list[tuple[int, str, str]]:
    folded: dict[str, tuple[int, str]] = {}
    for number, kind, item_id in folder.log:
        if number <= seq:
            continue
        _, before = folded.pop(item_id, (0, ""))
        if kind == "Delete" and before == "Create":
            continue
        folded[item_id] = (number, "Create" if before == "Create" and kind != "Delete" else kind)
    return [(number, kind, item_id) for item_id, (number, kind) in folded.items()]


def _change(asking: Asking, folder: Folder, kind: str, item_id: str) -> Element | None:
    item = folder.items.get(item_id)
    if kind == "Delete":
        return element(f"{T}Delete", element(f"{T}ItemId", Id=item_id, ChangeKey="CQAA"))
    if item is None:
        return None
    if kind == "ReadFlagChange":
        name = element(f"{T}ItemId", Id=item_id, ChangeKey=item.change_key)
        return element(f"{T}ReadFlagChange", name, element(f"{T}IsRead", str(item.is_read).lower()))
    return element(f"{T}{kind}", item_element(item, asking.asked(), asking.world.left_out))
