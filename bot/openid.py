"""A provider of OpenID Connect, by the code flow with PKCE, state and nonce. Authlib speaks it; its errors end here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.desk.openid import Claims, Ties
from bot.errors import NotAllowedError, TransientError

# Signatures that only the provider can make. Without this list a token could name its own check, or none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCKS_DIFFER_SECONDS = 60
_DISCOVERY = "/.well-known/openid-configuration"

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class OpenIdAccount:
    """The desk's account with the provider. `redirect_uri` is told at each call, as people reach the page."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...]
    name_claim: str
    groups_claim: str
    timeout: float


class OpenIdProvider:
    """See ports.IdentityProvider. The provider's own description is asked for once, at first use."""

    def __init__(self, account: OpenIdAccount) -> None:
        self._account = account
        self._known: Mapping[str, Any] | None = None

    def begin(self, redirect_uri: str, ties: Ties) -> str:
        with self._client(redirect_uri) as client:
            endpoint = self._endpoint(client, "authorization_endpoint")
            url, _ = client.create_authorization_url(
                endpoint, state=ties.state, code_verifier=ties.verifier, nonce=ties.nonce
            )
            return str(url)

    def finish(self, redirect_uri: str, ties: Ties, code: str) -> Claims:
        with self._client(redirect_uri) as client:
            endpoint = self._endpoint(client, "token_endpoint")
            token = self._asked(
                lambda: client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=ties.verifier
                )
            )
            claims = self._checked(client, token, ties.nonce)
            return self._claims({**self._user_info(client, claims), **claims})

    def sign_out_url(self, back_to: str) -> str:
        with self._client("") as client:
            endpoint = self._metadata(client).get("end_session_endpoint")
        if not endpoint:
            return ""
        query = urlencode({"client_id": self._account.client_id, "post_logout_redirect_uri": back_to})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    def _client(self, redirect_uri: str) -> Any:
        # Imported by name: it brings an HTTP client and cryptography, which most processes never need.
        kind = import_module("authlib.integrations.httpx_client").OAuth2Client
        account = self._account
        return kind(
            account.client_id,
            account.secret,
            scope=" ".join(account.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=account.timeout,
            follow_redirects=False,
        )

    def _metadata(self, client: Any) -> Mapping[str, Any]:
        if self._known is None:
            found = self._json(client, self._account.issuer.rstrip("/") + _DISCOVERY)
            if found.get("issuer") != self._account.issuer:
                raise NotAllowedError("the single sign-on provider calls itself by another issuer than configured")
            self._known = found
        return self._known

    def _endpoint(self, client: Any, name: str) -> str:
        endpoint = self._metadata(client).get(name)
        if not isinstance(endpoint, str):
            raise TransientError(f"the single sign-on provider tells no {name}")
        return endpoint

    def _json(self, client: Any, url: str, *, is_of_person: bool = False) -> dict[str, Any]:
        """What stands there; with the token of the person, or as anybody sees it."""

        def asked() -> dict[str, Any]:
            answer = client.request("GET", url, withhold_token=not is_of_person)
            answer.raise_for_status()
            found = answer.json()
            return found if isinstance(found, dict) else {}

        return self._asked(asked)

    def _asked(self, ask: Callable[[], _Result]) -> _Result:
        http, oauth = import_module("httpx2"), import_module("authlib.common.errors")
        try:
            return ask()
        except oauth.AuthlibBaseError as error:
            raise NotAllowedError(f"the single sign-on provider refused: {error.error or error}") from error
        except (http.HTTPError, ValueError) as error:
            raise TransientError(f"the single sign-on provider gave no usable answer: {error}") from error

    def _checked(self, client: Any, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token: its signature, issuer, audience, age and nonce are right."""
        jwt, jwk = import_module("joserfc.jwt"), import_module("joserfc.jwk")
        joserfc, core = import_module("joserfc.errors"), import_module("authlib.oidc.core")
        jws, oauth = import_module("joserfc.jws"), import_module("authlib.common.errors")
        told = self._metadata(client).get("id_token_signing_alg_values_supported", ["RS256"])
        registry = jws.JWSRegistry(algorithms=[one for one in told if one in ALGORITHMS], strict_check_header=False)
        keys = self._json(client, self._endpoint(client, "jwks_uri"))
        options = {
            "iss": {"essential": True, "value": self._account.issuer},
            "aud": {"essential": True, "value": self._account.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"nonce": nonce, "client_id": self._account.client_id, "access_token": token.get("access_token")}
        try:
            read = jwt.decode(str(token.get("id_token", "")), jwk.KeySet.import_key_set(keys), registry=registry)
            claims = core.CodeIDToken(read.claims, read.header, options, params)
            claims.validate(leeway=CLOCKS_DIFFER_SECONDS)
        except (joserfc.JoseError, oauth.AuthlibBaseError, ValueError, KeyError) as error:
            raise NotAllowedError(f"what the single sign-on provider says cannot be trusted: {error}") from error
        return dict(claims)

    def _user_info(self, client: Any, claims: Mapping[str, Any]) -> dict[str, Any]:
        """What some providers tell only there, such as groups; of the same person, or nothing."""
        endpoint = self._metadata(client).get("userinfo_endpoint")
        if not endpoint or {self._account.groups_claim, "email"} <= set(claims):
            return {}
        found = self._json(client, endpoint, is_of_person=True)
        return found if found.get("sub") == claims.get("sub") else {}

    def _claims(self, said: Mapping[str, Any]) -> Claims:
        groups = said.get(self._account.groups_claim) or ()
        email = str(said.get("email") or "")
        is_verified = said.get("email_verified") is True
        return Claims(
            issuer=self._account.issuer,
            subject=str(said["sub"]),
            name=str(said.get(self._account.name_claim) or (email if is_verified else "")),
            email=email,
            is_email_verified=is_verified,
            groups=frozenset(map(str, [groups] if isinstance(groups, str) else groups)),
        )
