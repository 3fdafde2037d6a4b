"""What the desk asks of an IMAP connection. Each answer is read in a process of its own and comes as plain values.

Every method raises one of imap_errors.ANY_FAILURE where it fails; after an OSError the process is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bot.errors import LoginRefusedError
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap_process import starter

if TYPE_CHECKING:
    # It loads imapclient, which only the child needs.
    from bot.mailboxes.imap_fetch import Answer

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Within the timeout a silent server is given up by the child itself; this is for one that never falls silent.
_PATIENCE = 2.0
# The slowest line over which a large message still comes through.
_BYTES_A_SECOND = 64_000
# A million UIDs, or the dates of many more messages than are ever asked for at once.
_USUAL_BYTES = 16_000_000
# What a server may say beside the messages asked for; some also tell a size that is a little short.
_SLACK_BYTES = 8_000_000


def search_date(day: date) -> str:
    """A day as SEARCH writes it, whatever the language of this machine."""
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"


class ImapClient:
    """A connection that is logged in. Used by one thread at a time; only `wake` may come from another."""

    def __init__(self, account: ImapAccount) -> None:
        """Connect and log in. Raises LoginRefusedError, MailboxUnreachableError, or an OSError."""
        self._timeout = account.timeout
        self._process = starter().start()
        try:
            # Connecting, TLS, the greeting and the login may each take as long as the timeout allows.
            self._log_in(account)
        except BaseException:
            self.stop()
            raise

    def _log_in(self, account: ImapAccount) -> None:
        if account.tokens is None:
            self._open(account, "")
            return
        token = account.tokens.token()
        try:
            self._open(account, token)
        except LoginRefusedError:
            # Withdrawn before its time, as after a change of rights: another one may be good.
            self._open(account, account.tokens.renewed(token))

    def _open(self, account: ImapAccount, token: str) -> None:
        # What makes tokens stays here: it talks to the store and to the directory.
        known = {field.name: getattr(account, field.name) for field in fields(account) if field.name != "tokens"}
        self._ask("open", known, token, patience=2 * _PATIENCE)

    def noop(self) -> None:
        self._ask("noop")

    def select_folder(self, name: str, *, readonly: bool = False) -> dict[bytes, Any]:
        found: dict[bytes, Any] = self._ask("select_folder", name, readonly)
        return found

    def search(self, criteria: Sequence[str], charset: str | None = None) -> list[int]:
        found: list[int] = self._ask("search", list(criteria), charset)
        return found

    def fetch(self, uids: Sequence[int], items: Sequence[str], size: int = 0) -> dict[int, Answer]:
        """The answers by UID, in the order of `uids`, for those that the server told of.

        `size` is how many bytes of messages are expected. Much more than that counts as an answer that cannot be read.
        """
        seconds = self._timeout * _PATIENCE + size / _BYTES_A_SECOND
        most_bytes = 2 * size + _SLACK_BYTES
        rows, bodies = self._process.ask("fetch", list(uids), list(items), seconds=seconds, most_bytes=most_bytes)
        pending = iter(bodies)
        return {uid: _answer(found, next(pending) if has_body else None) for uid, found, has_body in rows}

    def capabilities(self) -> set[bytes]:
        return set(self._ask("capabilities"))

    def list_folders(self) -> list[tuple[list[bytes], bytes | None, str]]:
        return [(flags, separator, str(name)) for flags, separator, name in self._ask("list_folders")]

    def folder_exists(self, name: str) -> bool:
        return bool(self._ask("folder_exists", name))

    def create_folder(self, name: str) -> None:
        self._ask("create_folder", name)

    def prefix(self) -> str:
        """What every folder name of this account begins with, such as INBOX. on older servers."""
        personal = self._ask("namespace")[0] if b"NAMESPACE" in self.capabilities() else None
        return str(personal[0][0]) if personal else ""

    def append(self, folder: str, raw: bytes, flags: Sequence[bytes]) -> None:
        self._ask("append", folder, raw, list(flags), patience=_PATIENCE + len(raw) / _BYTES_A_SECOND / self._timeout)

    def move(self, uids: Sequence[int], folder: str) -> None:
        self._ask("move", list(uids), folder)

    def copy(self, uids: Sequence[int], folder: str) -> None:
        self._ask("copy", list(uids), folder)

    def add_flags(self, uids: Sequence[int], flags: Sequence[str | bytes]) -> None:
        self._ask("add_flags", list(uids), list(flags))

    def uid_expunge(self, uids: Sequence[int]) -> None:
        self._ask("uid_expunge", list(uids))

    def idle(self) -> None:
        self._ask("idle")

    def idle_check(self, seconds: float) -> list[list[Any]]:
        """What the server told during so many seconds, as soon as it tells anything."""
        told: list[list[Any]] = self._ask("idle_check", seconds, patience=_PATIENCE + seconds / self._timeout)
        return told

    def idle_done(self) -> None:
        self._ask("idle_done")

    def logout(self) -> None:
        self._ask("logout")

    def wake(self) -> None:
        self._process.wake()

    def stop(self) -> None:
        """End the process, and with it the connection, without a word to the server."""
        self._process.stop()

    def _ask(self, name: str, *arguments: Any, patience: float = _PATIENCE) -> Any:
        seconds = self._timeout * patience
        return self._process.ask(name, *arguments, seconds=seconds, most_bytes=_USUAL_BYTES)[0]


def _answer(found: Answer, body: bytes | None) -> Answer:
    if body is not None:
        found[b"BODY[]"] = body
    moment = found.get(b"INTERNALDATE")
    if moment is not None:
        found[b"INTERNALDATE"] = datetime.fromtimestamp(moment, UTC)
    return found
