"""The Sent Items of an Exchange mailbox."""

from __future__ import annotations

from typing import Any

from bot.exchange import services
from bot.exchange.account import ExchangeAccount
from bot.exchange.connection import ExchangeConnection
from bot.exchange.finding import ids_with


class ExchangeSentFolder:
    """See ports.SentFolder. It has a connection of its own, made at first use and kept."""

    def __init__(self, account: ExchangeAccount) -> None:
        self._connection = ExchangeConnection(account)

    def holds(self, message_id_header: str) -> bool:
        with self._connection.translating("looking into the folder of sent mail"):
            return bool(ids_with(self._connection, self._folder(), message_id_header))

    def add(self, raw: bytes) -> None:
        with self._connection.translating("filing a copy of sent mail"):
            self._connection.one(services.Create, raw=raw, folder=self._folder(), is_sent=True)

    def close(self) -> None:
        self._connection.close()

    def _folder(self) -> Any:
        path = self._connection.account.sent_folder
        return self._connection.folder(path, is_made=True) if path else self._connection.well_known("sentitems")
