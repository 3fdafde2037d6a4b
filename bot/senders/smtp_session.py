"""One conversation with an SMTP server, up to the login; library errors become ours here."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
from types import TracebackType
from typing import NamedTuple, Self

from bot.errors import LoginRefusedError, TransientError
from bot.senders.account import SmtpAccount

# Nothing hangs on the answer to QUIT, and a server that is slow with it must not hold up the next message.
QUIT_SECONDS = 2.0


class Answer(NamedTuple):
    code: int
    words: str

    def __str__(self) -> str:
        return f"{self.code} {self.words}"


class SmtpSession:
    """Greeted, encrypted and logged in as the account says. Leaving it ends the conversation."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self.name = f"{account.host}:{account.port}"

    def __enter__(self) -> Self:
        try:
            self._smtp = self._connect()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            # UnicodeError: a host name that is none, such as mail..example.
            raise TransientError(f"{self.name} could not be reached: {error}") from error
        try:
            self._greet()
        except BaseException:
            self._smtp.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After the answer to the message nothing may fail any more: it is sent, whatever becomes of the connection.
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(QUIT_SECONDS)
                self._smtp.quit()
        self._smtp.close()

    def offers(self, extension: str) -> bool:
        return self._smtp.has_extn(extension)

    def speak_utf8(self) -> None:
        self._smtp.command_encoding = "utf-8"

    def command(self, line: str) -> Answer:
        """One command and its answer, before anything of the message has gone out."""
        try:
            code, words = self._smtp.docmd(line)
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"{self.name} was lost at {line.split(' ')[0]}: {error}") from error
        return Answer(code, words.decode("utf-8", "replace"))

    def transmit(self, content: bytes) -> None:
        """Send what cannot yet make the message complete."""
        try:
            self._smtp.send(content)
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"{self.name} was lost in the middle of the message: {error}") from error

    def push(self, content: bytes) -> None:
        """Send what may complete the message; the caller knows what a failure means."""
        self._smtp.send(content)

    def answer(self) -> Answer:
        code, words = self._smtp.getreply()
        return Answer(code, words.decode("utf-8", "replace"))

    def _connect(self) -> smtplib.SMTP:
        account = self._account
        hello = account.hello or None
        if account.tls == "implicit":
            context = self._tls_context()
            return smtplib.SMTP_SSL(account.host, account.port, hello, timeout=account.timeout, context=context)
        return smtplib.SMTP(account.host, account.port, hello, timeout=account.timeout)

    def _greet(self) -> None:
        try:
            self._smtp.ehlo_or_helo_if_needed()
            if self._account.tls == "starttls":
                self._smtp.starttls(context=self._tls_context())
                self._smtp.ehlo()
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"{self.name} did not begin a conversation: {error}") from error
        if self._account.user:
            self._login()
        if self._smtp.sock is not None:
            # The final dot is a packet of its own and would otherwise wait for the delayed acknowledgement of the last.
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _login(self) -> None:
        tokens = self._account.tokens
        if tokens is None:
            self._login_with(self._account.password)
            return
        token = tokens.token()
        try:
            self._login_with(token)
        except LoginRefusedError:
            # Withdrawn before its time, as after a change of rights: another one may be good.
            self._login_with(tokens.renewed(token))

    def _login_with(self, proof: str) -> None:
        account = self._account
        try:
            if account.tokens is not None:
                self._login_by_oauth(proof)
            elif (account.user + account.password).isascii():
                self._smtp.login(account.user, account.password)
            else:
                self._login_utf8()
        except smtplib.SMTPAuthenticationError as error:
            words = str(error.smtp_error).replace(proof or "\0", "***")
            # The chain is cut: a server may repeat the password in its answer.
            raise LoginRefusedError(f"{self.name} refused the login of {account.user}: {words}") from None
        except smtplib.SMTPNotSupportedError as error:
            raise LoginRefusedError(f"{self.name} offers no login that we know: {error}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(f"{self.name} was lost at the login: {type(error).__name__}") from None

    def _login_by_oauth(self, token: str) -> None:
        if "XOAUTH2" not in self._smtp.esmtp_features.get("auth", "").upper().split():
            raise smtplib.SMTPNotSupportedError("the server does not offer XOAUTH2")
        said = f"user={self._account.user}\x01auth=Bearer {token}\x01\x01"
        # A refusal comes as a challenge with the reason, which an empty answer ends.
        self._smtp.auth("XOAUTH2", lambda challenge=None: said if challenge is None else "")

    def _login_utf8(self) -> None:
        """smtplib writes passwords in ASCII only."""
        account = self._account
        token = base64.b64encode(f"\0{account.user}\0{account.password}".encode()).decode()
        code, words = self._smtp.docmd("AUTH", f"PLAIN {token}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, words)

    def _tls_context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._account.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise TransientError(f"the certificates in {self._account.ca_file} cannot be read: {error}") from error
