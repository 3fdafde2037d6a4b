"""Access tokens from a Microsoft directory, by its own library: with a secret, a certificate, or a person's sign-in."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import httpx2
import msal
import msal.exceptions

from bot.errors import LoginRefusedError, MailboxUnreachableError
from bot.oauth import refusals
from bot.oauth.login import OAuthLogin
from bot.oauth.token_cache import TokenCache

# Hosts whose own list of directories the library may ask; a directory of another name is taken at its word.
_MICROSOFT = ("login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn")


class MicrosoftLogin:
    """One login of one directory, shared by every mailbox and sender that names it."""

    def __init__(self, login: OAuthLogin, cache: TokenCache) -> None:
        self._login = login
        self._cache = cache
        # One renewal at a time: a directory may take a refresh token only once.
        self._lock = Lock()
        self._app: Any = None
        self._client: httpx2.Client | None = None
        self._loaded = ""
        self._is_unsaved = False

    def tokens(self, scope: str) -> ScopedTokens:
        return ScopedTokens(self, scope)

    def token(self, scope: str, refused: str = "") -> str:
        """See AccessTokens; "" as `refused` means that any token is good."""
        with self._lock:
            answer = self._ask(scope, refused)
            if answer.get("error") and self._is_changed_by_another():
                # Another process has renewed it meanwhile, and the refresh token that we knew was given up.
                self._app = None
                answer = self._ask(scope, refused)
            if "access_token" not in answer:
                self._app = None
                raise _refusal(self._login, answer)
            # Kept before it is used: who dies in between must not have lost the only refresh token there is.
            self._keep()
            return str(answer["access_token"])

    def sign_in(self, scope: str, told: Callable[[str], None]) -> str:
        """Let a person sign in on another device; `told` gets what to show them. Blocks. The name of who signed in."""
        with self._lock, _translated(self._login):
            self._app = None
            app = self._opened(is_new=True)
            flow = app.initiate_device_flow(scopes=[scope])
            if "user_code" not in flow:
                raise _refusal(self._login, flow)
            told(str(flow["message"]))
            answer = app.acquire_token_by_device_flow(flow)
            if "access_token" not in answer:
                self._app = None
                raise _refusal(self._login, answer)
            self._keep()
            claims = answer.get("id_token_claims") or {}
            return str(claims.get("preferred_username", ""))

    def _ask(self, scope: str, refused: str) -> Mapping[str, Any]:
        with _translated(self._login):
            app = self._opened()
            if self._login.grant == "device_code":
                return self._ask_silently(app, scope, refused)
            answer: dict[str, Any] = app.acquire_token_for_client([scope])
            if refused and answer.get("access_token") == refused:
                app.remove_tokens_for_client()
                answer = app.acquire_token_for_client([scope])
            return answer

    def _ask_silently(self, app: Any, scope: str, refused: str) -> Mapping[str, Any]:
        accounts = app.get_accounts()
        if not accounts:
            raise LoginRefusedError(refusals.nobody_signed_in(self._login))
        answer = app.acquire_token_silent_with_error([scope], account=accounts[0])
        if refused and answer and answer.get("access_token") == refused:
            answer = app.acquire_token_silent_with_error([scope], account=accounts[0], force_refresh=True)
        return answer or {"error": "login_required"}

    def _opened(self, *, is_new: bool = False) -> Any:
        if self._app is None:
            kept = msal.SerializableTokenCache()
            self._loaded = "" if is_new else self._cache.load()
            if self._loaded:
                kept.deserialize(self._loaded)
            self._app = self._made(kept)
        return self._app

    def _made(self, kept: msal.SerializableTokenCache) -> Any:
        login = self._login
        options = {
            "authority": f"{login.authority.rstrip('/')}/{login.tenant}",
            "token_cache": kept,
            # The library's own client lets an environment variable overrule the configured certificates.
            "http_client": self._http(),
        }
        if login.authority.removeprefix("https://").rstrip("/") not in _MICROSOFT:
            options["instance_discovery"] = False
        try:
            if login.grant == "device_code":
                return msal.PublicClientApplication(login.client_id, **options)
            return msal.ConfidentialClientApplication(login.client_id, client_credential=_proof(login), **options)
        except ValueError as error:
            if "HTTP status: 429" in str(error.__context__):
                raise MailboxUnreachableError(f"{login.authority} does not answer: it is asked too often") from error
            if "authority configuration" in str(error):
                raise LoginRefusedError(refusals.wrong_tenant(login)) from error
            raise LoginRefusedError(f"the login {login.name} cannot be used: {str(error)[:200]}") from error

    def _http(self) -> httpx2.Client:
        if self._client is None:
            ca_file = self._login.ca_file
            verify: ssl.SSLContext | bool = ssl.create_default_context(cafile=ca_file) if ca_file else True
            # Asked once an hour: no connection is kept for it.
            unkept = httpx2.Limits(max_keepalive_connections=0)
            self._client = _FormClient(timeout=self._login.timeout, verify=verify, limits=unkept)
        return self._client

    def _keep(self) -> None:
        cache = self._app.token_cache
        self._is_unsaved = self._is_unsaved or cache.has_state_changed
        if self._is_unsaved:
            text = cache.serialize()
            self._cache.save(text)
            self._loaded, self._is_unsaved = text, False

    def _is_changed_by_another(self) -> bool:
        return self._cache.load() not in ("", self._loaded)


class _FormClient(httpx2.Client):
    """msal gives its signature as bytes, which the client would write into the form as Python shows them."""

    def post(self, url: httpx2.URL | str, *, data: Any = None, **more: Any) -> httpx2.Response:
        if isinstance(data, dict):
            data = {key: value.decode() if isinstance(value, bytes) else value for key, value in data.items()}
        return super().post(url, data=data, **more)


class ScopedTokens:
    """See AccessTokens: the tokens of a login for one server."""

    def __init__(self, login: MicrosoftLogin, scope: str) -> None:
        self._login = login
        self._scope = scope

    def token(self) -> str:
        return self._login.token(self._scope)

    def renewed(self, refused: str) -> str:
        return self._login.token(self._scope, refused)


@contextmanager
def _translated(login: OAuthLogin) -> Iterator[None]:
    """Errors of the network become ours; their own words are left out, as they can show a token."""
    try:
        yield
    except (msal.exceptions.MsalError, httpx2.HTTPError, OSError, ValueError, KeyError, RuntimeError) as error:
        # A ValueError is an answer that is no JSON, such as a proxy's page.
        raise MailboxUnreachableError(
            f"{login.authority}, which gives the tokens of {login.name}, does not answer: {type(error).__name__}"
        ) from error


def _proof(login: OAuthLogin) -> object:
    if login.grant == "certificate":
        return {"private_key": login.certificate, "public_certificate": login.certificate}
    return login.secret


def _refusal(login: OAuthLogin, answer: Mapping[str, Any]) -> LoginRefusedError | MailboxUnreachableError:
    if answer.get("error") in ("temporarily_unavailable", "server_error"):
        return MailboxUnreachableError(f"{login.authority} gives no token at the moment: {answer['error']}")
    return LoginRefusedError(refusals.told(login, answer))
