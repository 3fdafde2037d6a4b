"""An Exchange server of our own for the tests: it speaks EWS over HTTP(S), keeps what it is given, and misbehaves on
demand. Whatever it is asked and whatever it says is checked against Microsoft's schemas; `violations` holds what is not
as they want it."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from lxml import etree

from tests.exchange_server import answers, operations, streaming, syncing
from tests.exchange_server.ntlm import NtlmLogin
from tests.exchange_server.operations import Asking, RefusedError, World
from tests.exchange_server.schema import SOAP, T, mistakes_in
from tests.exchange_server.state import MailboxState

OPERATIONS: dict[str, Callable[[Asking], list[etree._Element]]] = {
    "SyncFolderItems": syncing.sync_folder_items,
    "GetItem": operations.get_item,
    "GetFolder": operations.get_folder,
    "FindFolder": operations.find_folder,
    "CreateFolder": operations.create_folder,
    "FindItem": operations.find_item,
    "CreateItem": operations.create_item,
    "SendItem": operations.send_item,
    "DeleteItem": operations.delete_item,
    "MoveItem": operations.move_item,
    "UpdateItem": operations.update_item,
    "GetAttachment": operations.get_attachment,
    "Subscribe": operations.subscribe,
    "Unsubscribe": operations.unsubscribe,
}

# How a request can go wrong. The first three never reach the store; the others come after the work is done.
BUSY, CUT_BEFORE, HTTP_ERROR = "busy", "cut before", "http error"
CUT_AFTER, TORN, LOST_TO_GATEWAY, TIMEOUT_AFTER = "cut after", "torn", "lost to gateway", "timeout after"


# The one of several servers behind the address that keeps the subscriptions.
BACK_END = "mbx07~1941962754"


@dataclass
class Trouble:
    """What goes wrong at the next `times` requests for `operation` ("" is any). `code` is an error to be told."""

    operation: str
    how: str = ""
    code: str = ""
    times: int = 1
    back_off: int = 0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    # So many requests go well before it begins.
    after: int = 0
    # The place of the one thing asked that fails, where the others do well.
    only_item: int | None = None


class ExchangeServer:
    """Use it as a context. `user` may log in; each mailbox says who else may open it."""

    user, password = "svc-desk", "exchange-secret"

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.world = World()
        self.violations: list[str] = []
        self.refused_logins = 0
        # How many listened to a subscription where it is kept.
        self.listeners = 0
        self.takes_ntlm = False
        # Whoever asks for the MIME of these gets no answer at all.
        self.deadly_items: set[str] = set()
        self.requests: list[tuple[str, etree._Element]] = []
        self.troubles: list[Trouble] = []
        self.tokens: set[str] = set()
        self.opens: Callable[[str], bool] = lambda token: token in self.tokens
        self.may_impersonate = {self.user}
        self.versions = {"Exchange2010_SP2", "Exchange2013", "Exchange2013_SP1", "Exchange2016"}
        # A server may write texts as CDATA; a reader must not care.
        self.writes_cdata = False
        self.lock = threading.RLock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.ews = self
        self._http.tls = tls
        self.port = int(self._http.server_address[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/EWS/Exchange.asmx"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.is_ending = True
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def add_mailbox(self, address: str, *, is_shared: bool = True) -> MailboxState:
        """A new mailbox, empty; where `is_shared`, `user` has full access to it."""
        box = MailboxState(address, delegates={self.user} if is_shared else set())
        self.world.mailboxes[address.lower()] = box
        return box

    def trouble(self, operation: str, how: str = "", **more: Any) -> None:
        self.troubles.append(Trouble(operation, how, **more))

    def asked(self, operation: str) -> list[etree._Element]:
        return [body for name, body in self.requests if name == operation]

    def take_trouble(self, operation: str) -> Trouble | None:
        for trouble in self.troubles:
            if not trouble.times or trouble.operation not in ("", operation):
                continue
            if trouble.after:
                trouble.after -= 1
                continue
            trouble.times -= 1
            return trouble
        return None


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    ews: ExchangeServer
    is_ending = False
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        if self.tls is not None:
            # The handshake comes with the first read, in the thread of the connection: it may fail, or hang.
            accepted = self.tls.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        return accepted, address

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (socketserver gives them)
        """A client that goes away in mid-answer is no news; anything else is a mistake of this server."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | ssl.SSLError | TimeoutError):
            self.ews.violations.append(f"the server failed: {error!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http
    # The answer goes out in two writes, and the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        ews = self.server.ews
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        login = self._login()
        if login is None:
            return
        request = etree.fromstring(content)
        ews.violations += [f"request: {mistake}" for mistake in mistakes_in(request)]
        body = request.find(f"{SOAP}Body")
        assert body is not None
        operation = etree.QName(body[0]).localname
        with ews.lock:
            ews.requests.append((operation, body[0]))
            trouble = ews.take_trouble(operation)
        if trouble is not None and self._goes_wrong_at_once(trouble, operation):
            return
        if ews.world.delay:
            time.sleep(ews.world.delay)
        if operation == "GetItem" and self._is_deadly(body[0]):
            self._cut()
            return
        if operation == "GetStreamingEvents":
            self._stream(body[0])
            return
        with ews.lock:
            answer = self._worked(login, request, body[0], operation)
        if trouble is not None and trouble.only_item is not None:
            answer[0][trouble.only_item] = answers.failure(operation, trouble.code)
        self._say(answer, trouble)

    def _is_deadly(self, body: etree._Element) -> bool:
        asks_for_mime = any(each.get("FieldURI") == "item:MimeContent" for each in body.iter(f"{T}FieldURI"))
        ids = {each.get("Id") for each in body.iter(f"{T}ItemId")}
        return asks_for_mime and bool(self.server.ews.deadly_items.intersection(ids))

    def _worked(self, login: str, request: etree._Element, body: etree._Element, operation: str) -> etree._Element:
        ews = self.server.ews
        version = request.find(f".//{T}RequestServerVersion")
        if version is not None and version.get("Version") not in ews.versions:
            return answers.fault("ErrorInvalidServerVersion")
        acting = request.findtext(f".//{T}ExchangeImpersonation//{T}PrimarySmtpAddress") or ""
        if acting and login not in ews.may_impersonate:
            return answers.fault("ErrorImpersonateUserDenied")
        asking = Asking(ews.world, login, acting.lower(), body)
        try:
            return answers.response(operation, OPERATIONS[operation](asking))
        except RefusedError as refused:
            if refused.is_fault:
                return answers.fault(refused.code)
            return answers.response(operation, [answers.failure(operation, refused.code)])

    def _goes_wrong_at_once(self, trouble: Trouble, operation: str) -> bool:
        if trouble.how == CUT_BEFORE:
            self._cut()
        elif trouble.how == HTTP_ERROR:
            self._answer(trouble.status, b"<html>not now</html>", {"Content-Type": "text/html", **trouble.headers})
        elif trouble.how == BUSY:
            self._say(answers.fault(trouble.code or "ErrorServerBusy", trouble.back_off), None)
        elif not trouble.how and trouble.code and trouble.only_item is None:
            self._say(answers.response(operation, [answers.failure(operation, trouble.code)]), None)
        else:
            return False
        return True

    def _say(self, answer: etree._Element, trouble: Trouble | None) -> None:
        how = trouble.how if trouble is not None else ""
        if how == CUT_AFTER:
            self._cut()
            return
        if how == LOST_TO_GATEWAY:
            self._answer(504, b"gateway timeout", {"Connection": "close"})
            return
        if how == TIMEOUT_AFTER:
            operation = etree.QName(answer).localname.removesuffix("Response")
            answer = answers.response(operation, [answers.failure(operation, "ErrorTimeoutExpired")])
        content = self._written(answer)
        if how == TORN:
            # No length is told, and half of it comes: only the end of the document is missing.
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        if etree.QName(answer).localname == "SubscribeResponse":
            headers["Set-Cookie"] = f"X-BackEndOverrideCookie={BACK_END}; path=/; HttpOnly"
        self._answer(500 if answer.tag == f"{SOAP}Fault" else 200, content, headers)

    def _written(self, answer: etree._Element) -> bytes:
        ews = self.server.ews
        whole = answers.envelope(answer)
        ews.violations += [f"answer: {mistake}" for mistake in mistakes_in(whole)]
        if ews.writes_cdata:
            for each in whole.iter(f"{T}Subject", f"{T}Body", f"{T}InternetMessageId"):
                each.text = etree.CDATA(each.text or "")
        return etree.tostring(whole, xml_declaration=True, encoding="utf-8")

    def _stream(self, body: etree._Element) -> None:
        if self.headers.get("X-BackEndOverrideCookie") != BACK_END:
            self._say(answers.response("GetStreamingEvents", [streaming.forgotten("elsewhere")]), None)
            return
        self.server.ews.listeners += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for document in streaming.told(
            self.server.ews.world, self.server.ews.lock, body, lambda: self.server.is_ending
        ):
            self._chunk(self._written(document))
        self._chunk(b"")

    def _chunk(self, content: bytes) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    def _login(self) -> str | None:
        """Who asks; where nobody may, the refusal or the next step of the log-in is answered."""
        ews = self.server.ews
        kind, _, said = self.headers.get("Authorization", "").partition(" ")
        if ews.takes_ntlm:
            return self._ntlm_login(said if kind == "NTLM" else "")
        if kind == "Bearer" and ews.opens(said):
            return ews.user
        if kind == "Basic":
            name, _, password = base64.b64decode(said).decode().partition(":")
            if (name, password) == (ews.user, ews.password):
                return ews.user
        ews.refused_logins += 1
        self._answer(401, b"", {"WWW-Authenticate": 'Basic realm="ews"'})
        return None

    def _ntlm_login(self, said: str) -> str | None:
        # One log-in for each connection, and this handler lives as long as its connection.
        ews = self.server.ews
        login: NtlmLogin = self.__dict__.setdefault("ntlm", NtlmLogin(ews.user, ews.password))
        challenge = login.step(said) if said and not login.is_done else ""
        if login.is_done:
            return ews.user
        ews.refused_logins += not challenge
        self._answer(401, b"", {"WWW-Authenticate": f"NTLM {challenge}".strip()})
        return None

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = self.close_connection or headers.get("Connection") == "close"

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
