"""One login on an IMAP server: opened when needed, opened again when it died, its errors translated into ours."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError
from bot.mailboxes.account import ImapAccount

# What imapclient throws over an answer that it cannot read: its parser indexes and converts without checking.
GARBLED = (IMAPClient.Error, ValueError, TypeError, AttributeError, LookupError)
ANY_FAILURE = (OSError, *GARBLED)

# The codes of RFC 5530, and a connection lost: the login failed for a reason that is not the password.
_NOT_THE_PASSWORD = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "socket error")


def is_torn(error: BaseException) -> bool:
    """Whether the connection is gone, rather than one answer unreadable.

    imaplib says abort for both; only the words tell a lost connection from a line that it did not expect.
    """
    if isinstance(error, IMAPClient.AbortError):
        return "unexpected" not in str(error)
    return isinstance(error, OSError)


class ImapConnection:
    """Used by one thread at a time: imapclient mixes up the answers of two."""

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._client: IMAPClient | None = None
        self._is_interrupted = False

    @contextlib.contextmanager
    def translating(self, doing: str) -> Iterator[None]:
        """Every error of the library leaves as one of ours, and a connection that failed is not used again."""
        try:
            yield
        except BotError:
            raise
        except ANY_FAILURE as error:
            self.drop()
            raise MailboxUnreachableError(self._sentence(f"{doing} failed", error)) from error

    def live(self) -> tuple[IMAPClient, bool]:
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

    def current(self) -> IMAPClient:
        """The client that `live` gave, without asking the server again."""
        return self._client if self._client is not None else self.live()[0]

    def drop(self) -> None:
        """Forget the connection without a word to the server."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*ANY_FAILURE):
                client.shutdown()

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            # logout shuts the socket down in the end only when the server answers, so it is done once more.
            with contextlib.suppress(*ANY_FAILURE):
                client.logout()
            with contextlib.suppress(*ANY_FAILURE):
                client.shutdown()

    def interrupt(self) -> None:
        """Wake a thread that waits for an answer; the only thing that another thread may do."""
        self._is_interrupted = True
        client = self._client
        if client is not None:
            with contextlib.suppress(*ANY_FAILURE):
                client.socket().shutdown(socket.SHUT_RDWR)

    def allow(self) -> None:
        """Take back an interruption: the next use may connect again."""
        self._is_interrupted = False

    def _open(self) -> IMAPClient:
        account = self.account
        if self._is_interrupted:
            raise MailboxUnreachableError(f"{account.slug}: the connection was closed while it was in use")
        try:
            client = IMAPClient(
                account.host,
                port=account.port,
                ssl=account.tls == "implicit",
                ssl_context=self._tls_context(),
                timeout=account.timeout,
            )
        except ANY_FAILURE as error:
            raise MailboxUnreachableError(self._sentence("connecting failed", error)) from error
        try:
            self._greet(client)
        except BaseException:
            with contextlib.suppress(*ANY_FAILURE):
                client.shutdown()
            raise
        return client

    def _greet(self, client: IMAPClient) -> None:
        _silence(client)
        # INTERNALDATE would otherwise come as naive local time.
        client.normalise_times = False
        try:
            if self.account.tls == "starttls":
                client.starttls(self._tls_context())
        except ANY_FAILURE as error:
            raise MailboxUnreachableError(self._sentence("STARTTLS failed", error)) from error
        self._login(client)

    def _login(self, client: IMAPClient) -> None:
        tokens = self.account.tokens
        if tokens is None:
            self._login_with_password(client)
            return
        token = tokens.token()
        try:
            self._login_with_token(client, token)
        except LoginRefusedError:
            # Withdrawn before its time, as after a change of rights: another one may be good.
            self._login_with_token(client, tokens.renewed(token))

    def _login_with_token(self, client: IMAPClient, token: str) -> None:
        user = self.account.user
        try:
            client.oauth2_login(user, token)
        except ANY_FAILURE as error:
            raise self._refused(f"login as {user} by OAuth failed", error, token) from None

    def _login_with_password(self, client: IMAPClient) -> None:
        user, password = self.account.user, self.account.password
        # imaplib writes LOGIN in ASCII; SASL PLAIN carries UTF-8.
        login = client.login if (user + password).isascii() else client.plain_login
        try:
            login(user, password)
        except ANY_FAILURE as error:
            # A server may repeat the password in its answer, so the original error is left out of the chain.
            raise self._refused(f"login as {user} failed", error, password) from None

    def _refused(self, what: str, error: BaseException, proof: str) -> BotError:
        is_refused = isinstance(error, LoginError) and not any(word in str(error) for word in _NOT_THE_PASSWORD)
        kind = LoginRefusedError if is_refused else MailboxUnreachableError
        return kind(self._sentence(what, error, proof))

    def _tls_context(self) -> ssl.SSLContext | None:
        return None if self.account.tls == "none" else ssl.create_default_context(cafile=self.account.ca_file)

    def _sentence(self, what: str, error: BaseException, proof: str = "") -> str:
        account = self.account
        words = str(error) or type(error).__name__
        for one in filter(None, (account.password, proof)):
            words = words.replace(one, "***")
        return f"{account.slug}: {account.host}:{account.port}: {what}: {words[:300]}"


def _silence(client: Any) -> None:
    # imapclient turns on imaplib's trace, which costs seven times the CPU of the fetch itself, to write it nowhere.
    imaplib_client = getattr(client, "_imap", None)
    if imaplib_client is not None and hasattr(imaplib_client, "debug"):
        imaplib_client.debug = 0
