"""A login on an IMAP server. Runs in the mailbox's child process, as everything does that reads what a server says."""

from __future__ import annotations

import contextlib
import ssl
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap_errors import ANY_FAILURE, sentence

# The codes of RFC 5530, and a connection lost: the login failed for a reason that is not the password.
_NOT_THE_PASSWORD = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "socket error")


def open_client(account: ImapAccount, token: str = "") -> IMAPClient:
    """With a token the login is by OAuth. Raises LoginRefusedError or MailboxUnreachableError."""
    try:
        client = IMAPClient(
            account.host,
            port=account.port,
            ssl=account.tls == "implicit",
            ssl_context=_tls_context(account),
            timeout=account.timeout,
        )
    except ANY_FAILURE as error:
        raise MailboxUnreachableError(sentence(account, "connecting failed", error)) from error
    try:
        _greet(client, account, token)
    except BaseException:
        with contextlib.suppress(*ANY_FAILURE):
            client.shutdown()
        raise
    return client


def _greet(client: IMAPClient, account: ImapAccount, token: str) -> None:
    _silence(client)
    # INTERNALDATE would otherwise come as naive local time.
    client.normalise_times = False
    try:
        if account.tls == "starttls":
            client.starttls(_tls_context(account))
    except ANY_FAILURE as error:
        raise MailboxUnreachableError(sentence(account, "STARTTLS failed", error)) from error
    if token:
        _login_with_token(client, account, token)
    else:
        _login_with_password(client, account)


def _login_with_token(client: IMAPClient, account: ImapAccount, token: str) -> None:
    try:
        client.oauth2_login(account.user, token)
    except ANY_FAILURE as error:
        raise _refused(account, f"login as {account.user} by OAuth failed", error, token) from None


def _login_with_password(client: IMAPClient, account: ImapAccount) -> None:
    user, password = account.user, account.password
    # imaplib writes LOGIN in ASCII; SASL PLAIN carries UTF-8.
    login = client.login if (user + password).isascii() else client.plain_login
    try:
        login(user, password)
    except ANY_FAILURE as error:
        # A server may repeat the password in its answer, so the original error is left out of the chain.
        raise _refused(account, f"login as {user} failed", error, password) from None


def _refused(account: ImapAccount, what: str, error: BaseException, proof: str) -> BotError:
    is_refused = isinstance(error, LoginError) and not any(word in str(error) for word in _NOT_THE_PASSWORD)
    kind = LoginRefusedError if is_refused else MailboxUnreachableError
    return kind(sentence(account, what, error, proof))


def _tls_context(account: ImapAccount) -> ssl.SSLContext | None:
    return None if account.tls == "none" else ssl.create_default_context(cafile=account.ca_file)


def _silence(client: Any) -> None:
    # imapclient turns on imaplib's trace, which costs seven times the CPU of the fetch itself, to write it nowhere.
    imaplib_client = getattr(client, "_imap", None)
    if imaplib_client is not None and hasattr(imaplib_client, "debug"):
        imaplib_client.debug = 0
