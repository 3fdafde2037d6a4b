"""Reading messages of Exchange in such a way that a bad one costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from exchangelib import errors as ews

from bot.exchange import items, services
from bot.exchange.connection import ExchangeConnection
from bot.exchange.items import Listed
from bot.mail.cursor import BatchLimits, Fetched
from bot.mail.item_message import ItemFile, head_of_item, message_of_item
from bot.mailboxes.header import HEAD_BYTES

VANISHED, UNREADABLE, OVERSIZE = "vanished", "unreadable", "oversize"

# So many messages are asked for at a time: an answer is held whole, several times over.
MESSAGES_AT_ONCE = 20
BYTES_AT_ONCE = 4_000_000

_GONE = (ews.ErrorItemNotFound, ews.ErrorInvalidIdMalformed, ews.ErrorInvalidIdNotAnItemAttachmentId)
# The server has the item and cannot make a message of it.
_WITHOUT_MIME = (
    ews.ErrorMimeContentConversionFailed,
    ews.ErrorContentConversionFailed,
    ews.ErrorUnsupportedMimeConversion,
    ews.ErrorItemCorrupt,
    ews.ErrorCorruptData,
    ews.ErrorInternalServerError,
    ews.ErrorInvalidPropertyRequest,
)


class ExchangeReading:
    def __init__(self, connection: ExchangeConnection) -> None:
        self._connection = connection
        # The connection was lost over one of these. They are read one by one from then on: a server that dies of one
        # message would otherwise keep all that come after it from us for ever.
        self._suspects: set[str] = set()

    def read(self, listed: Sequence[Listed], limits: BatchLimits) -> list[Fetched]:
        """Each of these messages, in their order; one over the limit comes without its body."""
        small = [each for each in listed if each.size <= limits.message_bytes]
        raws: dict[str, bytes | str] = {}
        for some in _in_parts(small, alone=self._suspects):
            raws |= self._mime(some)
        return [self._fetched(each, raws.get(each.item_id, OVERSIZE)) for each in listed]

    def _fetched(self, listed: Listed, raw: bytes | str) -> Fetched:
        received_at = listed.received_at or datetime.now(UTC)
        if isinstance(raw, bytes) and raw:
            return Fetched(listed.item_id, received_at, len(raw), raw)
        if raw in (VANISHED, OVERSIZE):
            head = self._head(listed) if raw == OVERSIZE else b""
            return Fetched(listed.item_id, received_at, listed.size, None, str(raw), head)
        made = self._made(listed)
        if isinstance(made, bytes):
            return Fetched(listed.item_id, received_at, len(made), made)
        return Fetched(listed.item_id, received_at, listed.size, None, made, self._head(listed))

    def _mime(self, listed: Sequence[Listed]) -> dict[str, bytes | str]:
        """The MIME of each; empty where the server has none, or what is the matter."""
        ids = [each.item_id for each in listed]
        try:
            told = self._connection.ask(
                services.Get, items=_ids(ids), additional_fields=services.fields("mime_content"), shape="IdOnly"
            )
        except (ews.ErrorTimeoutExpired, ews.MalformedResponseError):
            self._suspects.update(ids)
            if len(ids) > 1:
                raise
            # Alone already: where the server still answers to others, it is this one that it cannot give as MIME.
            self._connection.one(services.FolderFacts, **_folder_of(self._connection))
            return {ids[0]: b""}
        if len(told) != len(ids):
            raise ews.MalformedResponseError(f"{len(ids)} messages were asked for, and {len(told)} answered")
        return {item_id: _raw_of(one) for item_id, one in zip(ids, told, strict=True)}

    def _made(self, listed: Listed) -> bytes | str:
        """A message made of the item's properties and attachments."""
        try:
            told = self._facts(listed.item_id, items.FACTS)
            files = tuple(self._files(items.attachment_ids_in(told)))
        except _GONE:
            return VANISHED
        except ews.ResponseMessageError:
            return UNREADABLE
        return message_of_item(items.facts_in(told, files))

    def _files(self, attachment_ids: Sequence[str]) -> Iterator[ItemFile]:
        for attachment_id in attachment_ids:
            told = self._connection.one(
                services.Attachments,
                items=[services.attachment_id(attachment_id)],
                include_mime_content=True,
                body_type=None,
                filter_html_content=None,
                additional_fields=None,
            )
            file = items.file_in(told)
            if file is not None:
                yield file

    def _head(self, listed: Listed) -> bytes:
        try:
            told = self._facts(listed.item_id, items.HEADER_FACTS)
        except ews.ResponseMessageError:
            return b""
        return head_of_item(items.facts_in(told))[:HEAD_BYTES]

    def _facts(self, item_id: str, names: Sequence[str]) -> services.Element:
        try:
            return self._properties(item_id, names)
        except (ews.ErrorInvalidPropertyRequest, ews.ErrorUnsupportedPropertyDefinition):
            # Some servers refuse to tell of an appointment or a note what only messages have.
            return self._properties(item_id, [name for name in names if name in items.OF_EVERY_ITEM])

    def _properties(self, item_id: str, names: Sequence[str]) -> services.Element:
        told: services.Element = self._connection.one(
            services.Get, items=_ids([item_id]), additional_fields=services.fields(*names), shape="IdOnly"
        )
        return told


def _raw_of(told: services.Told) -> bytes | str:
    if isinstance(told, _GONE):
        return VANISHED
    if isinstance(told, _WITHOUT_MIME):
        return b""
    if isinstance(told, Exception):
        raise told
    return items.mime_in(told)


def _ids(item_ids: Iterable[str]) -> list[object]:
    return [services.item_id(each) for each in item_ids]


def _folder_of(connection: ExchangeConnection) -> dict[str, object]:
    folder = connection.folder(connection.account.folder)
    return {"folders": [folder], "additional_fields": services.folder_fields("total_count"), "shape": "IdOnly"}


def _in_parts(listed: Iterable[Listed], alone: set[str]) -> Iterator[list[Listed]]:
    """What is asked for in one request each."""
    part: list[Listed] = []
    total = 0
    for each in listed:
        is_full = len(part) == MESSAGES_AT_ONCE or total + each.size > BYTES_AT_ONCE
        if part and (is_full or each.item_id in alone or part[-1].item_id in alone):
            yield part
            part, total = [], 0
        part.append(each)
        total += each.size
    if part:
        yield part
