"""One conversation with Graph: each request with a token, patience where the server asks for it, and our own errors."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Any, NamedTuple

import httpx2

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError, PermanentError
from bot.graph.refusals import refusal, told_by
from bot.graph.server import GraphServer

# A server that wants a longer pause gets it, but no thread waits here for it: the next poll finds the pause over.
LONGEST_WAIT = 10.0
# Where it asks for a pause without saying how long.
USUAL_WAIT = 5.0
TRIES = 4
BUSY = (429, 503, 504)
# The ids of messages otherwise change when a message is moved.
HEADERS = {"Prefer": 'IdType="ImmutableId"', "User-Agent": "Creditdesk"}
# Where Exchange Online takes the pieces of a large file. The address carries its own key, so no token goes there.
UPLOAD_HOSTS = (".office.com", ".office365.com", ".office365.us", ".outlook.cn")

Json = dict[str, Any]


class AnswerLostError(MailboxUnreachableError):
    """The request may have been carried out; its answer never came."""


class ThrottledError(MailboxUnreachableError):
    """The server carries nothing out at the moment and said so."""


class Streamed(NamedTuple):
    """The bytes of a message; where there are more than wanted, `raw` is None and `start` holds the first of them."""

    raw: bytes | None
    start: bytes
    length: int


class GraphSession:
    """Used by one thread at a time, but for `interrupt`. The connection is made at first use and kept."""

    def __init__(self, server: GraphServer, closing: Event | None = None) -> None:
        self._server = server
        self._closing = closing or Event()
        self._client: httpx2.Client | None = None
        # Until then the server wants to be left alone; on the clock that nobody can set.
        self._quiet_until = 0.0

    def get(
        self, address: str, parameters: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Json:
        """The answer to one address: a path below the root, or a link that the server itself gave."""
        # An empty set of parameters would take those of a link away.
        return self._json(self._answer("GET", address, params=parameters or None, headers=headers))

    def post(self, address: str, body: Json | None = None, *, doing: str = "") -> Json:
        return self._json(self._answer("POST", address, doing=doing, json=body))

    def post_message(self, address: str, base64: bytes) -> Json:
        return self._json(self._answer("POST", address, content=base64, headers={"Content-Type": "text/plain"}))

    def patch(self, address: str, body: Json) -> None:
        self._answer("PATCH", address, json=body)

    def delete(self, address: str) -> None:
        self._answer("DELETE", address)

    def upload(self, url: str, piece: bytes, start: int, total: int) -> None:
        """One piece of a large file, to the address that the server gave for it."""
        self._check_upload(url)
        last = start + len(piece) - 1
        headers = {"Content-Range": f"bytes {start}-{last}/{total}", "Content-Type": "application/octet-stream"}
        self._carried_out("PUT", url, doing="uploading a file", with_token=False, content=piece, headers=headers)

    def pages(self, address: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> Iterator[Json]:
        """Every page of a list, to its end."""
        page, seen = self.get(address, parameters, headers), set[str]()
        while True:
            yield page
            link = str(page.get("@odata.nextLink", ""))
            if not link:
                return
            if link in seen:
                raise MailboxUnreachableError("the server's pages lead round in a circle")
            seen.add(link)
            page = self.get(link, headers=headers)

    def stream(self, address: str, most: int, keep: int) -> Streamed:
        """The bytes behind an address, read no further than shows that there are more than `most`."""
        for attempt in range(TRIES):
            with (
                self._talking(f"reading {_short(address)}"),
                self._opened().stream("GET", self._url(address), headers=self._authorised()) as answer,
            ):
                if answer.status_code < 400:
                    return _read(answer, most, keep)
                answer.read()
            self._after(answer, attempt, "reading a message")
        raise ThrottledError("the server is busy; the next poll tries again")

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(httpx2.HTTPError, OSError, RuntimeError):
                client.close()

    def _answer(self, method: str, address: str, *, doing: str = "", **request: Any) -> httpx2.Response:
        return self._carried_out(method, self._url(address), doing=doing or f"{method} {_short(address)}", **request)

    def _carried_out(
        self, method: str, url: str, *, doing: str, with_token: bool = True, **request: Any
    ) -> httpx2.Response:
        own = dict(request.pop("headers", None) or {})
        for attempt in range(TRIES):
            headers = {**own, **self._authorised()} if with_token else own
            with self._talking(doing):
                answer = self._opened().request(method, url, headers=headers, **request)
            if answer.status_code < 300:
                return answer
            if method == "POST" and answer.status_code >= 500:
                # What was begun may have been finished: whoever asked must look before asking again.
                raise AnswerLostError(f"{doing}: {answer.status_code} {' '.join(told_by(answer))}".strip())
            self._after(answer, attempt, doing)
        raise ThrottledError(f"{doing}: the server is busy; the next poll tries again")

    def _after(self, answer: httpx2.Response, attempt: int, doing: str) -> None:
        """Return where the request may be made again now; raise what it failed of otherwise."""
        if answer.status_code in BUSY:
            wait = _wanted_wait(answer)
            self._quiet_until = time.monotonic() + wait
            if wait > LONGEST_WAIT or self._closing.wait(wait):
                raise ThrottledError(f"{doing}: the server wants to be left alone for {wait:.0f} seconds")
        elif answer.status_code == 401 and attempt == 0:
            self._server.tokens.renewed(self._token)
        elif answer.status_code == 401:
            raise LoginRefusedError(f"{doing}: the server takes no token of this login: has it Graph's permissions?")
        elif answer.status_code < 400:
            raise MailboxUnreachableError(f"{doing}: the server leads elsewhere, where no token may go")
        else:
            raise refusal(answer, doing)

    def _authorised(self) -> Mapping[str, str]:
        left = self._quiet_until - time.monotonic()
        if left > LONGEST_WAIT:
            raise ThrottledError(f"the server wants to be left alone for {left:.0f} seconds more")
        self._token = self._server.tokens.token()
        return {"Authorization": f"Bearer {self._token}"}

    @contextlib.contextmanager
    def _talking(self, doing: str) -> Iterator[None]:
        """Errors of the library leave as ours; what may have been carried out is told apart from what was not."""
        try:
            yield
        except BotError:
            raise
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, ssl.SSLError) as error:
            raise MailboxUnreachableError(f"{doing}: {self._server.host} could not be reached: {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, RuntimeError) as error:
            # RuntimeError: another thread has closed the client in the middle of it.
            self.close()
            raise AnswerLostError(f"{doing}: the connection to {self._server.host} was lost: {error!r}") from error

    def _opened(self) -> httpx2.Client:
        if self._client is None:
            server = self._server
            verify: ssl.SSLContext | bool = (
                ssl.create_default_context(cafile=server.ca_file) if server.ca_file else True
            )
            self._client = httpx2.Client(timeout=server.timeout, verify=verify, headers=HEADERS, follow_redirects=False)
        return self._client

    def _url(self, address: str) -> str:
        """A link is followed as it stands, but only to this server: it gets our token."""
        if "://" not in address:
            return self._server.root + address
        if not address.startswith(self._server.root + "/"):
            raise MailboxUnreachableError(f"the server gave a link to another place: {_host(address)}")
        return address

    def _check_upload(self, url: str) -> None:
        link = httpx2.URL(url)
        is_own = url.startswith(self._server.root.removesuffix("v1.0"))
        if not is_own and not (link.scheme == "https" and link.host.endswith(UPLOAD_HOSTS)):
            raise PermanentError(f"the server wants a file to be sent to another place: {link.host}")

    def _json(self, answer: httpx2.Response) -> Json:
        if not answer.content:
            return {}
        try:
            body = answer.json()
        except ValueError as error:
            raise AnswerLostError(f"{self._server.host} gave an answer that is no JSON") from error
        if not isinstance(body, dict):
            raise AnswerLostError(f"{self._server.host} gave an answer of an unknown form")
        return body


def _read(answer: httpx2.Response, most: int, keep: int) -> Streamed:
    told = answer.headers.get("Content-Length", "")
    pieces, length = [], 0
    for piece in answer.iter_bytes():
        pieces.append(piece)
        length += len(piece)
        if length > most and length >= min(keep, most):
            start = b"".join(pieces)[:keep]
            return Streamed(None, start, max(length, int(told) if told.isdigit() else 0))
    raw = b"".join(pieces)
    return Streamed(raw, raw[:keep], length)


def _wanted_wait(answer: httpx2.Response) -> float:
    """What Retry-After says: seconds, or a date."""
    text = answer.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return USUAL_WAIT
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _short(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2][:60]


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0][:100]
