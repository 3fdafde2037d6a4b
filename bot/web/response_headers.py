"""What every answer tells the browser: run nothing of strangers, load nothing from elsewhere, keep nothing."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.bootstrap import Desk

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
# Only where the page is behind TLS: then no browser asks for it in clear again.
_TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_STATIC = "/static/"
# The address of a static file carries a digest of the files, so a new version is a new address.
_KEPT = "public, max-age=86400"


def headers_of(desk: Desk) -> Mapping[str, str]:
    return HEADERS | _TLS_ONLY if desk.settings.web.secure_cookie else HEADERS


class ResponseHeaders:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own_policy = headers.get("content-security-policy")
                headers.update(self._headers)
                if own_policy is not None:
                    # What the page shows in a frame of its own brings a policy that is stricter still.
                    headers["Content-Security-Policy"] = own_policy
                    headers["X-Frame-Options"] = "SAMEORIGIN"
                if scope["path"].startswith(_STATIC) and message["status"] == 200:
                    headers["Cache-Control"] = _KEPT
            await send(message)

        await self._app(scope, receive, send_with_headers)
