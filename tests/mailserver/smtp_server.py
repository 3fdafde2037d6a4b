"""A real SMTP server in a thread that notes what it accepted, and misbehaves on demand."""

from __future__ import annotations

import asyncio
import base64
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.mailserver.server import DOMAINS, HOST, PASSWORD, MailServer, free_port

# Who logs in by OAuth.
DESK = "icc@northgate.example"
# Where a connection can be made to break.
IN_MID_DATA = "in mid data"
AFTER_DATA_UNSTORED = "after data, nothing accepted"
AFTER_DATA_STORED = "after data, message accepted"


@dataclass(frozen=True)
class Accepted:
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...] = ()


@dataclass
class Misbehaviour:
    """What goes wrong, until it is set back.

    `answers` maps a verb (EHLO, MAIL, DATA, or END for the answer to the final dot) to the line to answer with;
    `recipients` maps an address to the line; `breaks` says where the connection is cut; `delay` holds up the answer to
    the final dot.
    """

    answers: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    breaks: str = ""
    delay: float = 0.0


class SmtpServer:
    """Use it as a context manager. Mail for the hosted domains goes on into `mail_server`. `accepted` holds it all."""

    host = HOST
    user = "desk"
    password = PASSWORD

    def __init__(
        self,
        mail_server: MailServer | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        is_implicit_tls: bool = False,
        needs_login: bool = False,
        opens: Callable[[str], bool] | None = None,
    ) -> None:
        """`opens` says of an access token whether it is good; without it there is no login by OAuth."""
        self.opens = opens
        self.port = 0
        self.accepted: list[Accepted] = []
        self.misbehaviour = Misbehaviour()
        self.is_utf8 = True
        self.needs_login = needs_login
        self.tls = tls
        self.is_implicit_tls = is_implicit_tls
        self._mail_server = mail_server
        self._controller: _Controller | None = None

    @property
    def outside(self) -> list[Accepted]:
        """What would have left the house: mail of which a recipient is in none of the hosted domains."""
        return [each for each in self.accepted if any(not _is_hosted(to) for to in each.recipients)]

    def __enter__(self) -> Self:
        self.port = free_port()
        context = self.tls if self.is_implicit_tls else None
        self._controller = _Controller(_Handler(self), HOST, self.port, ssl_context=context)
        self._controller.served = self
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def hosts(self, address: str) -> bool:
        return self._mail_server is not None and _is_hosted(address)

    def pass_on(self, message: Accepted) -> None:
        """Into the mailboxes of the hosted recipients, by LMTP, one transaction each."""
        if self._mail_server is not None:
            for recipient in filter(self.hosts, message.recipients):
                self._mail_server.deliver(recipient, message.raw, message.sender)

    def check_login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk", self.password.encode())
        return AuthResult(success=good, handled=False)


class _Controller(Controller):
    served: SmtpServer

    def factory(self) -> SMTP:
        served = self.served
        return _Protocol(
            self.handler,
            hostname="mx.northgate.example",
            enable_SMTPUTF8=served.is_utf8,
            tls_context=None if served.is_implicit_tls else served.tls,
            # aiosmtpd does not count TLS from the first byte as TLS, so there it only checks a login that is made.
            auth_required=served.needs_login and not served.is_implicit_tls,
            auth_require_tls=served.needs_login and not served.is_implicit_tls,
            authenticator=served.check_login,
        )


class _Protocol(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        misbehaviour = self.event_handler.served.misbehaviour
        if "DATA" in misbehaviour.answers:
            await self.push(misbehaviour.answers["DATA"])
        elif misbehaviour.breaks == IN_MID_DATA:
            await self.push("354 go on")
            await self._reader.read(100)
            cut(self.transport)
        else:
            await super().smtp_DATA(arg)


class _Handler:
    """The hooks that aiosmtpd calls; their names are its own."""

    def __init__(self, served: SmtpServer) -> None:
        self.served = served
        if served.opens is not None:
            # Looked up by name, and offered where it is there.
            self.auth_XOAUTH2 = self._check_token

    async def _check_token(self, server: Any, args: list[str]) -> AuthResult:
        said = base64.b64decode(args[1]).decode().split("\x01")
        token = said[1].removeprefix("auth=Bearer ")
        if said[0] == f"user={DESK}" and self.served.opens is not None and self.served.opens(token):
            return AuthResult(success=True, auth_data=DESK)
        # The reason comes as a challenge, as Exchange sends it; an empty answer ends the login.
        await server.challenge_auth(b'{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = self.served.misbehaviour.answers.get("EHLO")
        return [answer] if answer else responses

    async def handle_HELO(self, _server: Any, session: Any, _envelope: Any, hostname: str) -> str:  # noqa: N802
        session.host_name = hostname
        return self.served.misbehaviour.answers.get("EHLO", "250 mx.northgate.example")

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        answer = self.served.misbehaviour.answers.get("MAIL")
        if answer:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        answer = self.served.misbehaviour.recipients.get(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        misbehaviour = self.served.misbehaviour
        await asyncio.sleep(misbehaviour.delay)
        if "END" in misbehaviour.answers:
            return misbehaviour.answers["END"]
        if misbehaviour.breaks == AFTER_DATA_UNSTORED:
            cut(server.transport)
            return "421 never seen"
        message = Accepted(
            envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content, tuple(envelope.mail_options)
        )
        try:
            await asyncio.to_thread(self.served.pass_on, message)
        except (OSError, smtplib.SMTPException) as error:
            return f"451 4.3.0 {type(error).__name__}"
        self.served.accepted.append(message)
        if misbehaviour.breaks == AFTER_DATA_STORED:
            cut(server.transport)
        return "250 2.0.0 accepted as 1A2B3C"


def cut(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _is_hosted(address: str) -> bool:
    return address.rpartition("@")[2].lower() in DOMAINS


def server_tls(mail_server: MailServer) -> ssl.SSLContext:
    """The mail server's own certificate, for an SMTP server beside it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mail_server.ca_file, mail_server.key_file)
    return context
