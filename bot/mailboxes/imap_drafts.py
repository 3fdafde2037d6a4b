"""The Drafts folder beside an IMAP mailbox, with a look into Sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from imapclient import IMAPClient

from bot.errors import UncertainError
from bot.mail.filed import FiledMessage, filed_message
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap_connection import ANY_FAILURE, ImapConnection, is_torn
from bot.mailboxes.imap_special import DRAFTS, SENT, SpecialFolder, folder_name

_HEAD = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES)]"
# The references of a long conversation are some kB a message.
HEADS_AT_ONCE = 200


class ImapDraftsFolder:
    """See ports.DraftsFolder. It has a connection of its own, made at first use and kept.

    A pointer is the UID, after `drafts` or `sent` and the folder's UIDVALIDITY.
    """

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._connection = ImapConnection(account)
        self._names: dict[SpecialFolder, str] = {}

    def put(self, raw: bytes) -> None:
        with self._connection.translating("putting a reply into Drafts"):
            client = self._connection.live()[0]
            name = self._name(client, DRAFTS)
            try:
                client.append(name, raw, flags=[b"\\Draft", b"\\Seen"])
            except ANY_FAILURE as error:
                if not is_torn(error):
                    raise
                self._connection.drop()
                said = f"{self._account.slug}: the connection was lost while a reply was put into {name}"
                raise UncertainError(f"{said}: {error}") from error

    def lying(self) -> Sequence[FiledMessage]:
        with self._connection.translating("looking into Drafts"):
            return self._listed(DRAFTS, ["ALL"])

    def sent_since(self, since: datetime) -> Sequence[FiledMessage]:
        with self._connection.translating("looking into the folder of sent mail"):
            # SEARCH compares days, by the server's calendar, so it is asked for a day more than needed.
            return self._listed(SENT, ["SINCE", since.astimezone(UTC).date() - timedelta(days=1)])

    def read(self, filed: FiledMessage) -> bytes | None:
        name, validity, uid = filed.pointer.split(":")
        special = DRAFTS if name == "drafts" else SENT
        with self._connection.translating(f"reading a message in {name}"):
            client = self._connection.live()[0]
            if self._opened(client, special) != validity:
                return None
            answer = client.fetch([int(uid)], ["BODY.PEEK[]"]).get(int(uid), {})
            raw = answer.get(b"BODY[]")
            return raw if isinstance(raw, bytes) else None

    def close(self) -> None:
        self._connection.close()

    def _listed(self, special: SpecialFolder, criteria: list[object]) -> list[FiledMessage]:
        client = self._connection.live()[0]
        validity = self._opened(client, special)
        uids = [int(uid) for uid in client.search(criteria)]
        found: list[FiledMessage] = []
        for at in range(0, len(uids), HEADS_AT_ONCE):
            answers = client.fetch(uids[at : at + HEADS_AT_ONCE], ["INTERNALDATE", _HEAD])
            for uid, answer in answers.items():
                head = next((value for value in answer.values() if isinstance(value, bytes)), b"")
                pointer = f"{'drafts' if special is DRAFTS else 'sent'}:{validity}:{uid}"
                found.append(filed_message(pointer, head, answer[b"INTERNALDATE"].astimezone(UTC)))
        return found

    def _opened(self, client: IMAPClient, special: SpecialFolder) -> str:
        # Opened anew each time: what another program has just put there or taken away must be seen.
        opened = client.select_folder(self._name(client, special), readonly=True)
        return str(opened.get(b"UIDVALIDITY", ""))

    def _name(self, client: IMAPClient, special: SpecialFolder) -> str:
        if special not in self._names:
            account = self._account
            configured = account.drafts_folder if special is DRAFTS else account.sent_folder
            self._names[special] = folder_name(client, special, configured)
        return self._names[special]
