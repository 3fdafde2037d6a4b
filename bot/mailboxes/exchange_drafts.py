"""The Drafts of an Exchange mailbox, with a look into Sent Items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from exchangelib import errors as ews

from bot.errors import UncertainError
from bot.exchange import items, services
from bot.exchange.account import ExchangeAccount
from bot.exchange.connection import ExchangeConnection, is_refusal
from bot.exchange.finding import pages
from bot.mail.filed import FiledMessage

_GONE = (ews.ErrorItemNotFound, ews.ErrorInvalidIdMalformed)
# The clocks of server and desk may differ; too many are listed rather than one too few.
CLOCKS_DIFFER = timedelta(hours=1)


class ExchangeDraftsFolder:
    """See ports.DraftsFolder. Its connection is its own, made at first use and kept. A pointer is the item's id."""

    def __init__(self, account: ExchangeAccount) -> None:
        self._connection = ExchangeConnection(account)

    def put(self, raw: bytes) -> None:
        with self._connection.translating("putting a reply into Drafts"):
            folder = self._drafts()
            try:
                self._connection.one(services.Create, raw=raw, folder=folder, is_sent=False)
            except ews.EWSError as error:
                if is_refusal(error):
                    raise
                said = f"the answer was lost while a reply was put into Drafts ({type(error).__name__})"
                raise UncertainError(f"{self._connection.account.slug}: {said}") from None

    def lying(self) -> Sequence[FiledMessage]:
        with self._connection.translating("looking into Drafts"):
            return list(self._listed(self._drafts()))

    def sent_since(self, since: datetime) -> Sequence[FiledMessage]:
        with self._connection.translating("looking into the folder of sent mail"):
            path = self._connection.account.sent_folder
            sent = self._connection.folder(path, is_made=True) if path else self._connection.well_known("sentitems")
            found = []
            for each in self._listed(sent):
                # The newest come first.
                if each.filed_at < since - CLOCKS_DIFFER:
                    break
                found.append(each)
            return [each for each in found if each.filed_at >= since.replace(microsecond=0)]

    def read(self, filed: FiledMessage) -> bytes | None:
        with self._connection.translating("reading a message in Drafts or Sent Items"):
            try:
                told = self._connection.one(
                    services.Get,
                    items=[services.item_id(filed.pointer)],
                    additional_fields=services.fields("mime_content"),
                    shape="IdOnly",
                )
            except _GONE:
                return None
            return items.mime_in(told)

    def close(self) -> None:
        self._connection.close()

    def _drafts(self) -> Any:
        path = self._connection.account.drafts_folder
        return self._connection.folder(path, is_made=True) if path else self._connection.well_known("drafts")

    def _listed(self, folder: Any) -> Iterator[FiledMessage]:
        for page in pages(self._connection, folder, ("message_id", "in_reply_to", "references", "datetime_received")):
            for item in page:
                yield FiledMessage(
                    item.item_id,
                    item.message_id_header,
                    frozenset(item.refers_to),
                    item.received_at or datetime.now(UTC),
                )
