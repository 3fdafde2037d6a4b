"""Sending by SMTP, verb by verb, so that each failure is told for what it is: nothing accepted, never, or not known."""

from __future__ import annotations

import re
import smtplib

from bot.errors import BotError, PermanentError, TransientError, UncertainError
from bot.mail.envelope import Envelope, Receipt
from bot.senders.account import SmtpAccount
from bot.senders.smtp_session import Answer, SmtpSession

# What may stand between < and > of a command. Anything else could end the command, or begin another.
_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_BARE_LINE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpSender:
    """See ports.Sender. Each message has a connection of its own.

    Where one recipient is put off (4xx) and another accepted, the one put off counts as refused, with the server's
    words: a second try of the same message would reach the accepted one twice.
    """

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        _require_sendable(envelope, raw)
        with SmtpSession(self._account) as session:
            self._begin(session, envelope, raw)
            refused = _name_recipients(session, envelope.recipients)
            _require(session.command("DATA"), "DATA", wanted=range(354, 355))
            return Receipt(_hand_over(session, raw), refused)

    def check(self) -> str:
        """Connect, log in and leave; a short sentence of what answered."""
        with SmtpSession(self._account) as session:
            _require(session.command("NOOP"), "NOOP")
            account = self._account
            safety = "without TLS" if account.tls == "none" else f"TLS ({account.tls})"
            login = f"logged in as {account.user}" if account.user else "no login"
            return f"{account.host}:{account.port} answers, {safety}, {login}"

    @staticmethod
    def _begin(session: SmtpSession, envelope: Envelope, raw: bytes) -> None:
        options = [f"SIZE={len(raw)}"] if session.offers("size") else []
        if not raw.isascii() and session.offers("8bitmime"):
            options.append("BODY=8BITMIME")
        if not "".join((envelope.sender, *envelope.recipients)).isascii():
            if not session.offers("smtputf8"):
                raise PermanentError(f"{session.name} takes no address with letters outside ASCII")
            options.append("SMTPUTF8")
            session.speak_utf8()
        _require(session.command(" ".join([f"MAIL FROM:<{envelope.sender}>", *options])), "MAIL")


def _require_sendable(envelope: Envelope, raw: bytes) -> None:
    if not envelope.recipients:
        raise PermanentError("the message has no recipient")
    for address in (*envelope.recipients, *([envelope.sender] if envelope.sender else [])):
        if not _ADDRESS.fullmatch(address):
            raise PermanentError(f"{address!r} is not an address that can be sent to")
    if _BARE_LINE_BREAK.search(raw):
        # Mended, they would not be the approved bytes; sent as they are, they can pass for the end of the message.
        raise PermanentError("the message has line breaks other than CRLF")


def _name_recipients(session: SmtpSession, recipients: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    refused: list[tuple[str, Answer]] = []
    for recipient in recipients:
        answer = session.command(f"RCPT TO:<{recipient}>")
        if answer.code == 421:
            raise TransientError(f"{session.name} closed the connection: {answer.words}")
        if not 200 <= answer.code < 300:
            refused.append((recipient, answer))
    if len(refused) == len(recipients):
        words = "; ".join(f"{recipient}: {answer}" for recipient, answer in refused)
        kind = PermanentError if all(answer.code >= 500 for _, answer in refused) else TransientError
        raise kind(f"{session.name} refused every recipient: {words}")
    return tuple((recipient, str(answer)) for recipient, answer in refused)


def _hand_over(session: SmtpSession, raw: bytes) -> str:
    body = _LEADING_DOT.sub(b"..", raw)
    # The dot goes alone and last: as long as it has not been handed to the system, nothing can have been accepted.
    session.transmit(body if body.endswith(b"\r\n") else body + b"\r\n")
    try:
        session.push(b".\r\n")
        answer = session.answer()
    except (OSError, smtplib.SMTPException) as error:
        raise UncertainError(f"{session.name} was lost after the message and before its answer: {error}") from error
    if not 200 <= answer.code < 300:
        raise (
            _refusal(answer, "the message")
            if answer.code >= 400
            else UncertainError(f"{session.name} gave no understandable answer to the message: {answer}")
        )
    return str(answer)


def _require(answer: Answer, verb: str, wanted: range = range(200, 300)) -> None:
    if answer.code not in wanted:
        raise _refusal(answer, verb)


def _refusal(answer: Answer, verb: str) -> BotError:
    kind = PermanentError if answer.code >= 500 else TransientError
    return kind(f"the mail server refused {verb}: {answer}")
