"""What becomes of a message on the Exchange server once it is stored: the only place that changes anything there."""

from __future__ import annotations

from collections.abc import Sequence

from exchangelib import errors as ews
from lxml import etree

from bot.errors import PermanentError
from bot.exchange import services
from bot.exchange.connection import ExchangeConnection
from bot.exchange.services import T, inner

MESSAGES_AT_ONCE = 100

# Somebody moved or deleted it meanwhile: there is nothing left to do.
_GONE = (ews.ErrorItemNotFound, ews.ErrorInvalidIdMalformed)


def settle(connection: ExchangeConnection, pointers: Sequence[str]) -> None:
    """Move the messages, or add a category to those that they have, as the account says."""
    account = connection.account
    how, _, name = account.after_store.partition(":")
    if how not in ("move", "keyword") or not name:
        raise PermanentError(
            f"{account.slug}: after_store is {account.after_store!r}; it may be move:FOLDER or keyword:NAME"
        )
    for at in range(0, len(pointers), MESSAGES_AT_ONCE):
        some = pointers[at : at + MESSAGES_AT_ONCE]
        if how == "move":
            folder = connection.folder(name, is_made=True)
            _check(connection.ask(services.Move, items=_ids(some), to_folder=folder))
        else:
            _categorize(connection, some, name)


def _categorize(connection: ExchangeConnection, pointers: Sequence[str], name: str) -> None:
    wanted = services.fields("categories")
    told = connection.ask(services.Get, items=_ids(pointers), additional_fields=wanted, shape="IdOnly")
    changes = []
    for one in _check(told):
        item_id = inner(one, f".//{T}ItemId")
        item = inner(item_id, "..")
        present = [each.text or "" for each in item.iterfind(f"{T}Categories/{T}String")]
        if name not in present:
            changes.append((etree.QName(item).localname, item_id, [*present, name]))
    if changes:
        _check(connection.ask(services.Categorize, changes=changes))


def _check(told: Sequence[services.Told]) -> list[services.Element]:
    """The answers, without those to messages that are gone. Any other error is raised."""
    for one in told:
        if isinstance(one, Exception) and not isinstance(one, _GONE):
            raise one
    return [one for one in told if not isinstance(one, Exception)]


def _ids(pointers: Sequence[str]) -> list[object]:
    return [services.item_id(each) for each in pointers]
