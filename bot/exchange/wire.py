"""exchangelib's connection to one server, made so that nothing is tried twice, probed or remembered behind our back."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from exchangelib.configuration import Configuration
from exchangelib.errors import TransportError, UnauthorizedError
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.transport import NOAUTH
from exchangelib.util import is_xml
from exchangelib.version import Build, Version
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from bot.errors import LoginRefusedError
from bot.exchange.account import VERSIONS, ExchangeAccount
from bot.oauth.login import AccessTokens


class HttpStatusError(TransportError):  # type: ignore[misc]
    """The server, or something before it, answered with no SOAP. `retry_after` in seconds where it was said."""

    def __init__(self, response: Response) -> None:
        self.status = response.status_code
        said = response.headers.get("Retry-After", "")
        self.retry_after = float(said) if said.isdecimal() else None
        self.location = response.headers.get("Location", "")
        super().__init__(f"it answered {response.status_code} {response.reason}")


class OneTry(FailFast):  # type: ignore[misc]
    """Tells each answer for what it is. exchangelib's own policies call several of them a busy server, also such as
    may follow an accepted message."""

    def raise_response_errors(self, response: Response) -> None:
        if response.status_code == 200 or (response.status_code == 500 and is_xml(response.content)):
            return
        if response.status_code == 401:
            raise UnauthorizedError("it refused the login")
        raise HttpStatusError(response)


class Bearer(AuthBase):
    """OAuth: the token is asked for at each request, as it may have been renewed meanwhile."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens
        self._token = ""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        self._token = self._tokens.token()
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def renew(self) -> None:
        """The server did not take the last one."""
        self._tokens.renewed(self._token)


class _OfAuthority(HTTPAdapter):
    """Trusts a private authority alone, whatever the environment says: requests asks that first."""

    def __init__(self, ca_file: str) -> None:
        self._ca_file = ca_file
        super().__init__(pool_connections=1, pool_maxsize=1, pool_block=True)

    def send(self, request: PreparedRequest, *given: Any, **options: Any) -> Response:
        return super().send(request, *given, **{**options, "verify": self._ca_file})


class Wire(BaseProtocol):  # type: ignore[misc]
    """One connection. exchangelib's own Protocol is shared by all with the same login, whatever their settings."""

    USERAGENT = "Creditdesk"

    def __init__(self, account: ExchangeAccount) -> None:
        # It writes whole requests, and with them mail, into its log when something unforeseen happens.
        logging.getLogger("exchangelib").setLevel(logging.CRITICAL)
        self._account = account
        self._auth = _auth(account)
        version = Version(build=Build(*VERSIONS[account.version]))
        super().__init__(
            Configuration(
                service_endpoint=account.url,
                auth_type=NOAUTH,
                version=version,
                retry_policy=OneTry(),
                max_connections=1,
            )
        )
        self.TIMEOUT = account.timeout

    @property
    def version(self) -> Any:
        return self.config.version

    def get_auth_type(self) -> str:
        """Never asked: it is given."""
        return str(NOAUTH)

    def create_session(self) -> Session:
        session: Any = self.raw_session(self.service_endpoint)
        session.auth = self._auth
        if self._account.ca_file:
            session.mount(self.service_endpoint, _OfAuthority(self._account.ca_file))
        # What exchangelib notes on each of its sessions.
        session.session_id, session.usage_count = secrets.randbelow(90_000) + 10_000, 0
        return session  # type: ignore[no-any-return]

    def renew_token(self) -> bool:
        """Whether there is another token to try, after the server refused the last one."""
        if not isinstance(self._auth, Bearer):
            return False
        self._auth.renew()
        return True


def _auth(account: ExchangeAccount) -> AuthBase:
    if account.auth == "oauth":
        if account.tokens is None:
            raise LoginRefusedError(f"{account.slug}: there is no OAuth login to take a token from")
        return Bearer(account.tokens)
    if account.auth == "ntlm":
        ntlm: AuthBase = HttpNtlmAuth(account.user, account.password)
        return ntlm
    # As bytes, since requests writes text in Latin-1 and fails where it cannot.
    return HTTPBasicAuth(account.user.encode(), account.password.encode())
