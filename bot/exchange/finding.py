"""Finding messages in a folder by what their headers say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exchangelib import errors as ews

from bot.exchange import services
from bot.exchange.connection import ExchangeConnection
from bot.exchange.items import moment
from bot.exchange.services import M, T, inner

# So many of the newest are looked through where the server cannot search by Message-ID.
LOOKED_THROUGH = 1000

_CANNOT_SEARCH = (
    ews.ErrorInvalidRestriction,
    ews.ErrorUnsupportedPathForQuery,
    ews.ErrorUnsupportedQueryFilter,
    ews.ErrorInvalidPropertyRequest,
    ews.ErrorUnsupportedPropertyDefinition,
)
_ID = re.compile(r"<?([^<>\s]+)>?")


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One item of a folder. Message-IDs stand without brackets; what the server does not say is empty."""

    item_id: str
    message_id_header: str
    refers_to: tuple[str, ...]
    received_at: datetime | None


def ids_with(connection: ExchangeConnection, folder: Any, message_id_header: str) -> list[str]:
    """The ids of the items in a folder with this Message-ID (without brackets)."""
    wanted = ("message_id",)
    try:
        told = connection.one(services.Find, folder=folder, wanted=wanted, message_id_header=message_id_header)
    except _CANNOT_SEARCH:
        return _looked_through(connection, folder, message_id_header)
    # The answer is compared: servers search without regard to case, and some without regard to what they cannot read.
    return [each.item_id for each in _items_in(told) if each.message_id_header == message_id_header]


def pages(connection: ExchangeConnection, folder: Any, wanted: Sequence[str]) -> Iterator[list[FoundItem]]:
    """All items of a folder, the newest first, page by page, with the properties wanted (exchangelib's names)."""
    offset, is_last = 0, False
    while not is_last:
        told = connection.one(services.Find, folder=folder, wanted=wanted, offset=offset)
        found = _items_in(told)
        yield found
        offset += len(found)
        is_last = inner(told, f"{M}RootFolder").get("IncludesLastItemInRange") != "false" or not found


def _looked_through(connection: ExchangeConnection, folder: Any, message_id_header: str) -> list[str]:
    seen = 0
    for page in pages(connection, folder, ("message_id",)):
        found = [each.item_id for each in page if each.message_id_header == message_id_header]
        seen += len(page)
        if found or seen >= LOOKED_THROUGH:
            return found
    return []


def _items_in(told: services.Element) -> list[FoundItem]:
    found = []
    for item in told.iterfind(f"{M}RootFolder/{T}Items/*"):
        item_id = inner(item, f"{T}ItemId")
        own = _ID.findall(item.findtext(f"{T}InternetMessageId") or "")
        refers_to = _ID.findall(f"{item.findtext(f'{T}InReplyTo') or ''} {item.findtext(f'{T}References') or ''}")
        received_at = moment(item.findtext(f"{T}DateTimeReceived"))
        found.append(FoundItem(item_id.get("Id", ""), own[0] if own else "", tuple(refers_to), received_at))
    return found
