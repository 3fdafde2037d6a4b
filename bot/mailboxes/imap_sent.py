"""The folder of sent mail beside an IMAP mailbox."""

from __future__ import annotations

from imapclient import IMAPClient

from bot.mailboxes.account import ImapAccount
from bot.mailboxes.header import message_ids_in
from bot.mailboxes.imap_connection import ImapConnection
from bot.mailboxes.imap_special import SENT, folder_name


class ImapSentFolder:
    """See ports.SentFolder. It has a connection of its own, made at first use and kept."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._connection = ImapConnection(account)
        self._name: str | None = None

    def holds(self, message_id_header: str) -> bool:
        with self._connection.translating("looking into the folder of sent mail"):
            client = self._connection.live()[0]
            # Opened anew each time: a copy that another program has just filed there must be seen.
            client.select_folder(self._folder(client), readonly=True)
            charset = None if message_id_header.isascii() else "UTF-8"
            uids = list(client.search(["HEADER", "Message-ID", message_id_header], charset))
            # Servers match parts of the header, so that <1@desk> is found in <11@desk> too.
            answers = client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
            heads = [value for each in answers.values() for value in each.values() if isinstance(value, bytes)]
            return any(message_id_header in message_ids_in(head) for head in heads)

    def add(self, raw: bytes) -> None:
        with self._connection.translating("filing a copy of sent mail"):
            client = self._connection.live()[0]
            client.append(self._folder(client), raw, flags=[b"\\Seen"])

    def close(self) -> None:
        self._connection.close()

    def _folder(self, client: IMAPClient) -> str:
        if self._name is None:
            self._name = folder_name(client, SENT, self._account.sent_folder)
        return self._name
