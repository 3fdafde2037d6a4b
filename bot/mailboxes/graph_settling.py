"""What becomes of a message in Microsoft 365 once it is stored: the only place that changes anything there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import PermanentError
from bot.graph.refusals import GoneError
from bot.graph.session import GraphSession
from bot.mailboxes.account import GraphAccount
from bot.mailboxes.graph_folder import GraphFolders


def settle(session: GraphSession, folders: GraphFolders, account: GraphAccount, pointers: Sequence[str]) -> None:
    how, _, name = account.after_store.partition(":")
    if how not in ("move", "keyword") or not name:
        raise PermanentError(
            f"{account.slug}: after_store is {account.after_store!r}; it may be move:FOLDER or keyword:NAME"
        )
    for pointer in pointers:
        address = f"{folders.root}/messages/{pointer}"
        try:
            if how == "move":
                session.post(f"{address}/move", {"destinationId": folders.made(name)})
            else:
                _categorise(session, address, name)
        except GoneError:
            # A colleague has deleted it meanwhile; there is nothing left to move or mark.
            continue


def _categorise(session: GraphSession, address: str, name: str) -> None:
    """What Outlook calls a category is what IMAP calls a keyword; those of colleagues stay."""
    there = session.get(address, {"$select": "id,categories"}).get("categories") or []
    if name not in there:
        session.patch(address, {"categories": [*there, name]})
