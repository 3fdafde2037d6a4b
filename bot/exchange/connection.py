"""One connection to one Exchange mailbox, made at first use; the errors of exchangelib become ours here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from exchangelib import errors as ews
from exchangelib.account import Identity
from exchangelib.properties import DistinguishedFolderId, FolderId, Mailbox
from requests.exceptions import RequestException

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError
from bot.exchange import services
from bot.exchange.account import ExchangeAccount
from bot.exchange.throttle import Throttle, throttle_of
from bot.exchange.wire import HttpStatusError, Wire

# What exchangelib lets out: its own errors, and what a broken connection or a broken answer makes in its libraries.
ANY_FAILURE = (ews.EWSError, RequestException, OSError, ValueError)

# What the server did not do, it says so itself; after any other of these nobody can tell what it did.
_DOUBTFUL = (
    ews.ErrorTimeoutExpired,
    ews.ErrorInternalServerError,
    ews.ErrorInternalServerTransientError,
    ews.ErrorConnectionFailed,
    ews.ErrorConnectionFailedTransientError,
)

_BUSY = (
    ews.ErrorServerBusy,
    ews.ErrorExceededConnectionCount,
    ews.ErrorTooManyObjectsOpened,
    ews.ErrorInternalServerTransientError,
)

# What the server says of our rights → what an administrator can do about it.
_RIGHTS: dict[type[Exception], str] = {
    ews.ErrorAccessDenied: "its login has no rights on this mailbox or folder: give it full access, or impersonation",
    ews.ErrorImpersonateUserDenied: "its login may not impersonate this mailbox: give it ApplicationImpersonation",
    ews.ErrorImpersonationDenied: "its login may not impersonate anybody: give it ApplicationImpersonation",
    ews.ErrorImpersonationFailed: "the impersonation failed: see that the address is the mailbox's primary one",
    ews.ErrorNonExistentMailbox: "the server knows no such mailbox: see the address",
    ews.ErrorAccountDisabled: "the account is disabled",
    ews.ErrorInvalidServerVersion: "the server does not speak this version: see the key version",
    ews.ErrorInvalidSchemaVersionForMailboxVersion: "the mailbox does not speak this version: see the key version",
    ews.ErrorIncorrectSchemaVersion: "the server does not speak this version: see the key version",
}


class ExchangeConnection:
    """Asks one thing at a time. Use it within `translating`, which names the mailbox and what was being done."""

    def __init__(self, account: ExchangeAccount) -> None:
        self.account = account
        self._throttle: Throttle = throttle_of((account.url, account.user), account.connections)
        self._wire: Wire | None = None
        self._acting: SimpleNamespace | None = None
        self._folders: dict[str, Any] = {}

    def ask(self, service: type[Any], **asked: Any) -> list[services.Told]:
        """One request; for each thing asked the server's message, or the error it told in its place.

        Raises what concerns the whole request. A server that is busy is left alone for as long as it says.
        """
        with self._throttle.turn(self.account.timeout):
            told = self._once(service, asked)
        for one in told:
            if isinstance(one, _BUSY):
                raise one
        self._throttle.answered()
        return told

    def one(self, service: type[Any], **asked: Any) -> Any:
        """The same for one thing: its message. An error is raised."""
        for told in self.ask(service, **asked):
            if isinstance(told, Exception):
                raise told
            return told
        raise ews.MalformedResponseError("the answer is empty")

    def service(self, kind: type[Any]) -> Any:
        """A service on this connection, for what is more than one request and one answer."""
        return kind(account=self._opened())

    def well_known(self, name: str) -> Any:
        """A folder that every mailbox has, whatever it is called in the language of its owner."""
        return DistinguishedFolderId(id=name, mailbox=Mailbox(email_address=self.account.address))

    def folder(self, path: str, *, is_made: bool = False) -> Any:
        """The folder with this path; where `is_made`, it is made if it is missing. Kept for later."""
        if path not in self._folders:
            self._folders[path] = self._find(path, is_made=is_made)
        return self._folders[path]

    def forget_folders(self) -> None:
        self._folders.clear()

    @contextmanager
    def translating(self, doing: str) -> Iterator[None]:
        """Turn every error of the library into ours."""
        try:
            yield
        except BotError as error:
            if str(error).startswith(f"{self.account.slug}: "):
                raise
            raise type(error)(f"{self.account.slug}: {doing} failed: {error}") from error
        except ANY_FAILURE as error:
            # A folder may have been made anew under its old name.
            self._folders.clear()
            # The chain is cut: what was sent and received may hold a password, or the mail itself.
            raise self._ours(error, doing) from None

    def close(self) -> None:
        wire, self._wire, self._acting = self._wire, None, None
        if wire is not None:
            wire.close()

    def _once(self, service: type[Any], asked: dict[str, Any]) -> list[services.Told]:
        try:
            told: list[services.Told] = self.service(service).ask(**asked)
        except ews.UnauthorizedError:
            # An access token lives for an hour and may end between two requests.
            if self._wire is None or not self._wire.renew_token():
                raise
            told = self.service(service).ask(**asked)
        return told

    def _opened(self) -> SimpleNamespace:
        """What exchangelib's services ask of an account, without the guessing that its own class begins with."""
        if self._acting is None:
            self._wire = wire = Wire(self.account)
            self._acting = SimpleNamespace(
                primary_smtp_address=self.account.address,
                access_type=self.account.access,
                identity=Identity(primary_smtp_address=self.account.address),
                protocol=wire,
                version=wire.version,
                default_timezone=None,
                # A subscription lives on one of several servers behind the address; this leads the listening there.
                affinity_cookie=None,
            )
        return self._acting

    def _find(self, path: str, *, is_made: bool) -> Any:
        names = [name for name in path.split("/") if name]
        if names and names[0].lower() == "inbox":
            found, names = self.well_known("inbox"), names[1:]
        else:
            found = self.well_known("msgfolderroot")
        for name in names:
            below = self._below(found)
            inside = next((below[each] for each in below if each.casefold() == name.casefold()), None)
            if inside is None and not is_made:
                known = ", ".join(sorted(below)) or "none"
                raise MailboxUnreachableError(f"there is no folder {path}; beside {name} there are: {known}")
            found = inside if inside is not None else self._made(found, name)
        return found

    def _below(self, parent: Any) -> dict[str, Any]:
        """The folders directly below, by name."""
        found: dict[str, Any] = {}
        offset, is_last = 0, False
        while not is_last:
            told = self.one(
                services.Folders,
                folders=[parent],
                additional_fields=services.folder_fields("name"),
                restriction=None,
                shape="IdOnly",
                depth="Shallow",
                page_size=200,
                offset=offset,
            )
            page = services.inner(told, f"{services.M}RootFolder")
            folders = [each for each in page.iter() if each.find(f"{services.T}FolderId") is not None]
            for each in folders:
                name = each.findtext(f"{services.T}DisplayName") or ""
                found[name] = FolderId(id=services.inner(each, f"{services.T}FolderId").get("Id"))
            offset += len(folders)
            is_last = page.get("IncludesLastItemInRange") != "false" or not folders
        return found

    def _made(self, parent: Any, name: str) -> Any:
        told = self.one(services.MakeFolder, name=name, parent=parent)
        return FolderId(id=services.inner(told, f".//{services.T}FolderId").get("Id"))

    def _ours(self, error: Exception, doing: str) -> BotError:
        where = f"{self.account.slug}: {doing} failed"
        if isinstance(error, ews.UnauthorizedError):
            return LoginRefusedError(f"{where}: {self.account.url} refused the login of {self.account.user}")
        if isinstance(error, _BUSY):
            rest = self._throttle.rest(getattr(error, "back_off", None))
            return MailboxUnreachableError(f"{where}: the server is busy, it is left alone for {rest:.0f} s ({error})")
        if isinstance(error, HttpStatusError):
            return self._after_status(error, where)
        for kind, advice in _RIGHTS.items():
            if isinstance(error, kind):
                return LoginRefusedError(f"{where}: {advice} ({error})")
        return MailboxUnreachableError(f"{where}: {self.account.url}: {_words(error)}")

    def _after_status(self, error: HttpStatusError, where: str) -> BotError:
        if error.status in (429, 503):
            rest = self._throttle.rest(error.retry_after)
            return MailboxUnreachableError(f"{where}: {error}, the server is left alone for {rest:.0f} s")
        if error.status == 403:
            return LoginRefusedError(f"{where}: {error}: EWS is not allowed for {self.account.user}, or not at all")
        moved = f"; it points to {error.location}: see the keys host and path" if error.location else ""
        return MailboxUnreachableError(f"{where}: {self.account.url}: {error}{moved}")


def is_refusal(error: Exception) -> bool:
    """Whether the server surely did nothing of what it was asked; otherwise it may have done it."""
    if isinstance(error, ews.UnauthorizedError):
        return True
    return isinstance(error, ews.ResponseMessageError) and not isinstance(error, _DOUBTFUL)


def _words(error: Exception) -> str:
    """What the server or the library says, shortened: an answer that is no SOAP may be a whole page."""
    return f"{type(error).__name__}: {error}".replace("\n", " ")[:300]
