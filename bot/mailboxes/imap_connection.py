"""One login on an IMAP server: opened when needed, opened again when it died, its errors translated into ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bot.errors import BotError, MailboxUnreachableError
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap_client import ImapClient
from bot.mailboxes.imap_errors import ANY_FAILURE, sentence


class ImapConnection:
    """Used by one thread at a time: the answers of two would be mixed up."""

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._client: ImapClient | None = None
        self._is_interrupted = False

    @contextlib.contextmanager
    def translating(self, doing: str) -> Iterator[None]:
        """Every error of the connection leaves as one of ours, and a connection that failed is not used again."""
        try:
            yield
        except BotError:
            raise
        except ANY_FAILURE as error:
            self.drop()
            raise MailboxUnreachableError(sentence(self.account, f"{doing} failed", error)) from error

    def live(self) -> tuple[ImapClient, bool]:
        """A client that has just answered, and whether it is a new one, with nothing selected yet."""
        if self._client is not None:
            # NOOP serves twice: it finds a dead connection, and it lets the server tell of mail that came since.
            try:
                self._client.noop()
            except ANY_FAILURE:
                self.drop()
            else:
                return self._client, False
        self._client = self._open()
        return self._client, True

    def current(self) -> ImapClient:
        """The client that `live` gave, without asking the server again."""
        return self._client if self._client is not None else self.live()[0]

    def drop(self) -> None:
        """Forget the connection without a word to the server."""
        client, self._client = self._client, None
        if client is not None:
            client.stop()

    def close(self) -> None:
        client = self._client
        if client is not None:
            with contextlib.suppress(*ANY_FAILURE):
                client.logout()
        self.drop()

    def interrupt(self) -> None:
        """Wake a thread that waits for an answer; the only thing that another thread may do."""
        self._is_interrupted = True
        client = self._client
        if client is not None:
            client.wake()

    def allow(self) -> None:
        """Take back an interruption: the next use may connect again."""
        self._is_interrupted = False

    def _open(self) -> ImapClient:
        if self._is_interrupted:
            raise MailboxUnreachableError(f"{self.account.slug}: the connection was closed while it was in use")
        try:
            return ImapClient(self.account)
        except ANY_FAILURE as error:
            raise MailboxUnreachableError(sentence(self.account, "connecting failed", error)) from error
