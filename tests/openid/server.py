"""Runs oidc-provider-mock, a real provider, and adds the one thing that it leaves out: it insists on PKCE (RFC 7636).

A process of its own: python -m tests.openid.server PORT
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
from werkzeug.serving import run_simple

Start = Callable[..., Any]


class InsistsOnPkce:
    """WSGI middleware: no log-in without a challenge, no token without the verifier that fits it."""

    def __init__(self, app: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> None:
        self._app = app
        self._challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/oauth2/authorize":
            asked = parse_qs(environ["QUERY_STRING"])
            if asked.get("code_challenge_method") != ["S256"]:
                return _refused(start, "no code challenge")
            return self._app(environ, self._noting(asked["code_challenge"][0], start))
        if environ["PATH_INFO"] == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            if self._challenges.pop(given.get("code", ""), "") != _challenge(given.get("code_verifier", "")):
                return _refused(start, "the verifier does not fit")
        return self._app(environ, start)

    def _noting(self, challenge: str, start: Start) -> Start:
        def noted(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            location = next((value for name, value in headers if name.lower() == "location"), "")
            for code in parse_qs(urlsplit(location).query).get("code", []):
                self._challenges[code] = challenge
            return start(status, headers, *more)

        return noted


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refused(start: Start, why: str) -> Iterable[bytes]:
    start("400 Bad Request", [("Content-Type", "application/json")])
    return [f'{{"error": "invalid_grant", "error_description": "{why}"}}'.encode()]


if __name__ == "__main__":
    app = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    run_simple("127.0.0.1", int(sys.argv[1]), InsistsOnPkce(app), threaded=True)
