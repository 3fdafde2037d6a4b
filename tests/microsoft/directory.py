"""A directory that gives access tokens, as Microsoft's does: to an app with its proof, or to a person by a device code.

Mail servers ask it, by RFC 7662, what a token opens: Dovecot for IMAP, our SMTP and Graph doubles for theirs.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from tests.microsoft.https import Answer, Asked, HttpsServer

TENANT = "northgate.example"
CLIENT_ID = "8f0c6f3e-0000-4000-8000-c0ffee000001"
SECRET = "the app's own secret"
# The one mailbox that every token of IMAP opens.
MAILBOX = "icc"
PERSON = "svc-creditdesk@northgate.example"


@dataclass
class Refusal:
    """How the directory says no: one of the codes that it publishes."""

    code: str
    error: str = "invalid_grant"


@dataclass
class _Issued:
    scope: str
    is_good: bool = True


@dataclass
class Directory(HttpsServer):
    """`refusal` is given instead of every token; `status` instead of every answer, where it is not 200."""

    pem: Path
    refusal: Refusal | None = None
    status: int = 200
    expires_in: int = 3600
    device_is_confirmed: bool = True
    _tokens: dict[str, _Issued] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        super().__init__(self.pem)

    @property
    def grants(self) -> list[str]:
        """What tokens were asked for with, in order."""
        return list(self._granted)

    def __enter__(self) -> Directory:
        self._granted: list[str] = []
        self._wanted = ""
        self.given: list[str] = []
        super().__enter__()
        return self

    def opens(self, token: str, scope: str) -> bool:
        """Whether a server whose tokens are of this scope takes it."""
        found = self._tokens.get(token)
        return found is not None and found.is_good and found.scope.startswith(scope)

    def withdraw(self) -> None:
        """No token that was given is good any more."""
        for one in self._tokens.values():
            one.is_good = False

    def restore(self) -> None:
        self.refusal, self.status, self.expires_in, self.device_is_confirmed = None, 200, 3600, True
        self._granted.clear()
        self.given.clear()

    def forget_sign_ins(self) -> None:
        self._refresh.clear()

    def respond(self, asked: Asked) -> Answer:
        path = urlsplit(asked.target).path
        if self.status != 200:
            return Answer(self.status, b"{}", headers={"Retry-After": "1"})
        if path.endswith("/.well-known/openid-configuration"):
            return self._described(path.strip("/").split("/")[0])
        if path == "/introspect":
            return self._introspected(asked)
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if path.endswith("/devicecode"):
            return self._device_code(form)
        if path.endswith("/token"):
            with self._lock:
                return self._token(form)
        return _error(404, "not_found", "")

    def _described(self, tenant: str) -> Answer:
        if tenant != TENANT:
            return _error(400, "invalid_tenant", f"AADSTS90002: Tenant '{tenant}' not found.")
        base = f"{self.url}/{tenant}"
        return _json(
            {
                "issuer": f"{base}/v2.0",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            }
        )

    def _introspected(self, asked: Asked) -> Answer:
        token = parse_qs(asked.body.decode()).get("token", [""])[0]
        if not self.opens(token, "https://outlook.office365.com/"):
            return _json({"active": False})
        return _json({"active": True, "token_type": "Bearer", "username": MAILBOX})

    def _device_code(self, form: dict[str, str]) -> Answer:
        self._wanted = form["scope"]
        return _json(
            {
                "user_code": "CREDIT-1",
                "device_code": f"code for {form['client_id']}",
                "verification_uri": f"{self.url}/device",
                "expires_in": 900,
                "interval": 1,
                "message": f"To sign in, open {self.url}/device and enter the code CREDIT-1.",
            }
        )

    def _token(self, form: dict[str, str]) -> Answer:
        grant = form.get("grant_type", "")
        self._granted.append(grant)
        if self.refusal is not None:
            return _error(400, self.refusal.error, f"AADSTS{self.refusal.code}: refused by the test. Trace ID: 1")
        if form.get("client_id") != CLIENT_ID:
            return _error(400, "unauthorized_client", "AADSTS700016: Application not found in the directory.")
        if grant == "client_credentials":
            if not self._is_proven(form):
                return _error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
            return _json(self._issued(form["scope"]))
        if grant.endswith("device_code"):
            return self._for_person(form) if self.device_is_confirmed else _error(400, "expired_token", "")
        if grant == "refresh_token" and form["refresh_token"] in self._refresh:
            # Taken once only: whoever loses the next one has to sign in again.
            self._refresh.discard(form["refresh_token"])
            return self._for_person(form)
        return _error(400, "invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.")

    def _is_proven(self, form: dict[str, str]) -> bool:
        if "client_assertion" not in form:
            return form.get("client_secret") == SECRET
        head, claims = (jwt_part(part) for part in form["client_assertion"].split(".")[:2])
        return "x5c" in head and claims["sub"] == CLIENT_ID and TENANT in str(claims["aud"])

    def _for_person(self, form: dict[str, str]) -> Answer:
        again = secrets.token_urlsafe(32)
        self._refresh.add(again)
        claims = {
            "preferred_username": PERSON,
            "oid": "1",
            "tid": TENANT,
            "sub": "1",
            "iss": self.url,
            "aud": CLIENT_ID,
            "exp": 4102444800,
        }
        who = base64.urlsafe_b64encode(json.dumps({"uid": "1", "utid": TENANT}).encode()).decode()
        told = ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in ({"alg": "none"}, claims, {})
        )
        return _json(
            {
                **self._issued(form.get("scope", self._wanted)),
                "refresh_token": again,
                "client_info": who,
                "id_token": told,
            }
        )

    def _issued(self, scope: str) -> dict[str, object]:
        wanted = next((one for one in scope.split() if one.startswith("https://")), "")
        token = secrets.token_urlsafe(32)
        self._tokens[token] = _Issued(wanted)
        self.given.append(token)
        return {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": token, "scope": scope}


def jwt_part(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def _json(body: dict[str, object]) -> Answer:
    return Answer(200, json.dumps(body).encode())


def _error(status: int, error: str, description: str) -> Answer:
    return Answer(status, json.dumps({"error": error, "error_description": description}).encode())
