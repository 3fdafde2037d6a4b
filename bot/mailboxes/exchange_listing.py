"""What lies in a folder of Exchange, and what has changed there: items without their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exchangelib.errors import ErrorInvalidIdMalformed, ErrorInvalidSyncStateData, MalformedResponseError

from bot.exchange import services
from bot.exchange.connection import ExchangeConnection
from bot.exchange.items import LISTED, Change, Listed, changes_in
from bot.exchange.services import M, inner

# More than this a server does not give in one answer.
CHANGES_AT_ONCE = 512


class StateLostError(Exception):
    """The server no longer knows the state, and cannot say what changed since."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, in the server's order, and the state from which to ask on."""

    changes: tuple[Change, ...]
    state: str
    has_more: bool


class ExchangeListing:
    def __init__(self, connection: ExchangeConnection) -> None:
        self._connection = connection

    def since(self, state: str, count: int = CHANGES_AT_ONCE) -> Changes:
        """At most `count` changes since the state; "" is the state of an empty folder. Raises StateLostError."""
        try:
            told = self._connection.one(
                services.Sync,
                folder=self._folder(),
                shape="IdOnly",
                additional_fields=services.fields(*LISTED),
                sync_state=state,
                ignore=None,
                max_changes_returned=min(count, CHANGES_AT_ONCE),
                sync_scope=None,
            )
        except (ErrorInvalidSyncStateData, ErrorInvalidIdMalformed) as error:
            if not state:
                raise
            raise StateLostError(str(error)) from None
        changes = tuple(changes_in(told))
        after = inner(told, f"{M}SyncState").text or ""
        is_last = (told.findtext(f"{M}IncludesLastItemInRange") or "true").strip() in ("true", "1")
        if not is_last and not changes and after == state:
            raise MalformedResponseError("the server says that there is more, and gives nothing")
        return Changes(changes, after, has_more=not is_last)

    def everything(self) -> tuple[dict[str, Listed], str]:
        """All items now in the folder by id, and the state that follows."""
        found: dict[str, Listed] = {}
        state, has_more = "", True
        while has_more:
            page = self.since(state)
            for change in page.changes:
                if change.kind == "Delete":
                    found.pop(change.item.item_id, None)
                elif change.kind in ("Create", "Update"):
                    found[change.item.item_id] = change.item
            state, has_more = page.state, page.has_more
        return found, state

    def _folder(self) -> Any:
        return self._connection.folder(self._connection.account.folder)
