"""One folder of an IMAP account, opened read-only, so that nothing that is asked here can change a flag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from imapclient import IMAPClient

from bot.errors import FolderMissingError, MailboxUnreachableError
from bot.mailboxes.imap_connection import ImapConnection, is_torn
from bot.mailboxes.imap_fetch import Answer, fetch

# imaplib gives up on a line of more than a million characters, and an answer to SEARCH is one line.
UIDS_IN_ONE_ANSWER = 50_000


@dataclass(frozen=True, slots=True)
class FolderState:
    """What the server said when the folder was opened. `next_uid` is the UID that the next message will get."""

    uidvalidity: str
    next_uid: int
    messages: int
    modseq: str


class ImapFolder:
    def __init__(self, connection: ImapConnection, name: str) -> None:
        self.name = name
        self._connection = connection
        self._state: FolderState | None = None

    def refresh(self) -> FolderState:
        """The folder as it was opened, with the server asked for news; opened again where the connection had died."""
        client, is_new = self._connection.live()
        if is_new or self._state is None:
            self._state = self._examine(client)
        return self._state

    def reopen(self) -> FolderState:
        """Open the folder anew on a living connection, for figures of this moment."""
        self._state = self._examine(self._connection.live()[0])
        return self._state

    def reconnect(self) -> None:
        """After an answer that could not be read: what else is on that wire is not to be trusted."""
        before = self._state
        self._connection.drop()
        if before is not None and self.refresh().uidvalidity != before.uidvalidity:
            raise MailboxUnreachableError(f"{self._slug}: folder {self.name} was replaced while it was read")

    def forget(self) -> None:
        """Another folder, or this one for writing, is about to be selected on the connection."""
        self._state = None

    def uids_from(self, first: int) -> list[int]:
        known_end = max(first, self._next_uid_known)
        found = self.uids_between(first, known_end - 1)
        # "n:*" always matches the last message, also when its UID is below n.
        return found + sorted(uid for uid in self._search("UID", f"{known_end}:*") if uid >= known_end)

    def uids_between(self, first: int, last: int) -> list[int]:
        return [uid for window in _windows(first, last) for uid in sorted(self._search("UID", window))]

    def uids_since(self, day: date) -> list[int]:
        """What arrived on that day, by the server's calendar, or later; where the server cannot say, everything."""
        windows = [*_windows(1, self._next_uid_known - 1), f"{self._next_uid_known}:*"]
        try:
            return sorted({uid for window in windows for uid in self._search("UID", window, "SINCE", day)})
        except IMAPClient.Error as error:
            if is_torn(error):
                raise
        return self.uids_from(1)

    def holds(self, uid: int) -> bool:
        return uid in self.uids_between(uid, uid)

    def fetch(self, uids: Sequence[int], *items: str) -> dict[int, Answer]:
        return fetch(self._connection.current(), uids, items)

    def capabilities(self) -> set[bytes]:
        return set(self._connection.current().capabilities())

    def _search(self, *criteria: object) -> list[int]:
        found: list[int] = self._connection.current().search(list(criteria))
        return found

    def _examine(self, client: IMAPClient) -> FolderState:
        try:
            answer = client.select_folder(self.name, readonly=True)
        except IMAPClient.Error as error:
            if is_torn(error):
                raise
            names = ", ".join(sorted(str(name) for _, _, name in client.list_folders())[:40])
            raise FolderMissingError(f"{self._slug}: no folder {self.name}; there are: {names}") from error
        uidvalidity = answer.get(b"UIDVALIDITY")
        if not uidvalidity:
            # Without it a UID means nothing after the next login, and messages would be lost or doubled in silence.
            raise MailboxUnreachableError(f"{self._slug}: the server gave no UIDVALIDITY for folder {self.name}")
        messages = int(answer.get(b"EXISTS", 0))
        modseq = str(answer.get(b"HIGHESTMODSEQ", ""))
        return FolderState(str(uidvalidity), self._next_uid(answer, client), messages, modseq)

    @staticmethod
    def _next_uid(answer: Answer, client: IMAPClient) -> int:
        if b"UIDNEXT" in answer:
            return int(answer[b"UIDNEXT"])
        return max(client.search(["UID", "*"]), default=0) + 1

    @property
    def _next_uid_known(self) -> int:
        return self._state.next_uid if self._state is not None else 1

    @property
    def _slug(self) -> str:
        return self._connection.account.slug


def _windows(first: int, last: int) -> Iterator[str]:
    for start in range(first, last + 1, UIDS_IN_ONE_ANSWER):
        yield f"{start}:{min(last, start + UIDS_IN_ONE_ANSWER - 1)}"
