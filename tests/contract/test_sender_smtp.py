"""Every way in which an SMTP server can fail, and that each is told for what it is."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from bot.errors import BotError, LoginRefusedError, PermanentError, TransientError, UncertainError
from bot.mail.envelope import Envelope, Receipt
from bot.senders.account import SmtpAccount
from bot.senders.smtp import SmtpSender
from tests.contract.places import make_raw
from tests.mailserver.server import MailServer, free_port
from tests.mailserver.smtp_server import (
    AFTER_DATA_STORED,
    AFTER_DATA_UNSTORED,
    IN_MID_DATA,
    Misbehaviour,
    SmtpServer,
    server_tls,
)

PAT, SAM, KIM = "pat@else.example", "sam@else.example", "kim@else.example"
NOT_HERE, LATER = "550 5.1.1 no such person", "451 4.7.1 greylisted, come again"


def send(server: SmtpServer, *recipients: str, raw: bytes = make_raw(), **changes: Any) -> Receipt:
    values: dict[str, Any] = {"tls": "none", "hello": "desk.example", "timeout": 5.0} | changes
    sender = SmtpSender(SmtpAccount(server.host, server.port, **values))
    return sender.send(Envelope("icc@northgate.example", recipients or (PAT,)), raw)


def test_the_customer_finds_the_reply_in_the_mailbox(mail_server: MailServer, smtp_server: SmtpServer) -> None:
    receipt = send(smtp_server, "customer@customer.example", PAT)
    assert receipt == Receipt("250 2.0.0 accepted as 1A2B3C")
    with mail_server.imap("customer") as connection:
        assert connection.select("INBOX", readonly=True)[1] == [b"1"]
    assert len(smtp_server.outside) == 1


@pytest.mark.parametrize("verb", ["MAIL", "DATA", "END"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [(LATER, TransientError), ("554 5.7.1 we do not like it", PermanentError), ("421 closing", TransientError)],
)
def test_a_refusal_is_temporary_or_final_as_the_server_says(
    smtp_server: SmtpServer, verb: str, line: str, kind: type[BotError]
) -> None:
    smtp_server.misbehaviour = Misbehaviour(answers={verb: line})
    with pytest.raises(kind, match=line[:3]):
        send(smtp_server)
    assert smtp_server.accepted == []
    smtp_server.misbehaviour = Misbehaviour()
    assert send(smtp_server).refused == ()


def test_a_server_that_refuses_to_greet_is_tried_again_later(smtp_server: SmtpServer) -> None:
    smtp_server.misbehaviour = Misbehaviour(answers={"EHLO": "421 too busy"})
    with pytest.raises(TransientError):
        send(smtp_server)


def test_one_refused_recipient_of_three_does_not_keep_the_message_from_the_others(smtp_server: SmtpServer) -> None:
    smtp_server.misbehaviour = Misbehaviour(recipients={SAM: NOT_HERE})
    receipt = send(smtp_server, PAT, SAM, KIM)
    assert receipt.refused == ((SAM, NOT_HERE),)
    assert [each.recipients for each in smtp_server.accepted] == [(PAT, KIM)]


def test_a_recipient_put_off_beside_an_accepted_one_counts_as_refused(smtp_server: SmtpServer) -> None:
    smtp_server.misbehaviour = Misbehaviour(recipients={SAM: LATER})
    assert send(smtp_server, PAT, SAM).refused == ((SAM, LATER),)
    assert [each.recipients for each in smtp_server.accepted] == [(PAT,)]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [((NOT_HERE, NOT_HERE), PermanentError), ((NOT_HERE, LATER), TransientError), ((LATER, LATER), TransientError)],
)
def test_when_every_recipient_is_refused_nothing_is_sent(
    smtp_server: SmtpServer, lines: tuple[str, str], kind: type[BotError]
) -> None:
    smtp_server.misbehaviour = Misbehaviour(recipients=dict(zip((PAT, SAM), lines, strict=True)))
    with pytest.raises(kind, match=f"refused every recipient.*{PAT}"):
        send(smtp_server, PAT, SAM)
    assert smtp_server.accepted == []


def test_a_server_that_closes_at_a_recipient_has_accepted_nothing(smtp_server: SmtpServer) -> None:
    smtp_server.misbehaviour = Misbehaviour(recipients={SAM: "421 shutting down"})
    with pytest.raises(TransientError):
        send(smtp_server, PAT, SAM)
    assert smtp_server.accepted == []


def test_a_refused_connection_may_be_tried_again() -> None:
    account = SmtpAccount("127.0.0.1", free_port(), "none", hello="desk.example", timeout=2)
    with pytest.raises(TransientError, match="could not be reached"):
        SmtpSender(account).send(Envelope("icc@northgate.example", (PAT,)), make_raw())


def test_a_connection_cut_in_mid_message_may_be_tried_again(smtp_server: SmtpServer) -> None:
    """The message is larger than what the system takes in one go, so the final dot has surely not gone."""
    smtp_server.misbehaviour = Misbehaviour(breaks=IN_MID_DATA)
    with pytest.raises(TransientError, match="in the middle of the message"):
        send(smtp_server, raw=make_raw(size=30_000_000))
    assert smtp_server.accepted == []


@pytest.mark.parametrize(("breaks", "accepted"), [(AFTER_DATA_UNSTORED, 0), (AFTER_DATA_STORED, 1)])
def test_a_connection_cut_before_the_last_answer_is_uncertain(
    smtp_server: SmtpServer, breaks: str, accepted: int
) -> None:
    smtp_server.misbehaviour = Misbehaviour(breaks=breaks)
    with pytest.raises(UncertainError, match="before its answer"):
        send(smtp_server)
    assert len(smtp_server.accepted) == accepted


def test_an_answer_that_comes_too_late_is_uncertain(smtp_server: SmtpServer) -> None:
    smtp_server.misbehaviour = Misbehaviour(delay=1.0)
    with pytest.raises(UncertainError):
        send(smtp_server, timeout=0.4)


@pytest.mark.parametrize(
    "address", ["no address", "a@b@c d", "pat@else.example>\r\nRCPT TO:<x@x.example", "<pat@else.example>", "pat@", ""]
)
def test_what_is_no_address_never_reaches_the_server(smtp_server: SmtpServer, address: str) -> None:
    with pytest.raises(PermanentError, match="is not an address"):
        send(smtp_server, PAT, address)
    assert smtp_server.accepted == []


@pytest.mark.parametrize(
    "raw", [b"A: b\n\nc\n", b"A: b\r\n\r\nc\n.\r\nMAIL FROM:<x@x.example>\r\n", b"A: b\r\n\r\nc\rd\r\n"]
)
def test_line_breaks_that_could_end_the_message_early_are_refused(smtp_server: SmtpServer, raw: bytes) -> None:
    with pytest.raises(PermanentError, match="line breaks"):
        send(smtp_server, raw=raw)
    assert smtp_server.accepted == []


def test_extensions_are_used_only_where_they_are_needed(smtp_server: SmtpServer) -> None:
    plain, eight_bit = make_raw(1), make_raw(2, body="für Sie")
    for raw, recipient in ((plain, PAT), (eight_bit, PAT), (plain, "jörg@else.example")):
        send(smtp_server, recipient, raw=raw)
    options = [set(each.options) - {f"SIZE={len(each.raw)}"} for each in smtp_server.accepted]
    assert options == [set(), {"BODY=8BITMIME"}, {"SMTPUTF8"}]
    assert smtp_server.accepted[2].recipients == ("jörg@else.example",)
    assert [each.raw for each in smtp_server.accepted] == [plain, eight_bit, plain]


def test_an_address_outside_ascii_is_refused_where_the_server_cannot_take_it(smtp_server: SmtpServer) -> None:
    smtp_server.is_utf8 = False
    with pytest.raises(PermanentError, match="outside ASCII"):
        send(smtp_server, "jörg@else.example")


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_tls_needs_a_known_authority_and_comes_before_the_login(mail_server: MailServer, tls: str) -> None:
    context = server_tls(mail_server)
    with SmtpServer(tls=context, is_implicit_tls=tls == "implicit", needs_login=True) as server:
        login = {"tls": tls, "user": server.user, "password": server.password}
        with pytest.raises(TransientError, match="certificate"):
            send(server, **login)
        send(server, **login, ca_file=mail_server.ca_file)
        assert len(server.accepted) == 1


def test_starttls_that_is_not_offered_is_not_left_out(smtp_server: SmtpServer) -> None:
    with pytest.raises(TransientError, match="STARTTLS"):
        send(smtp_server, tls="starttls")
    assert smtp_server.accepted == []


@pytest.mark.parametrize("password", ["hunter2-secret", "hünter2-secret"])
def test_a_wrong_password_is_a_refused_login_and_is_nowhere_repeated(mail_server: MailServer, password: str) -> None:
    with SmtpServer(tls=server_tls(mail_server), needs_login=True) as server:
        with pytest.raises(LoginRefusedError) as caught:
            send(server, tls="starttls", user="desk", password=password, ca_file=mail_server.ca_file)
        assert "nter2" not in "".join(traceback.format_exception(caught.value))
        assert server.accepted == []


def test_the_check_logs_in_and_sends_nothing(mail_server: MailServer) -> None:
    with SmtpServer(tls=server_tls(mail_server), needs_login=True) as server:
        account = SmtpAccount(
            server.host,
            server.port,
            "starttls",
            server.user,
            server.password,
            mail_server.ca_file,
            hello="desk.example",
        )
        assert SmtpSender(account).check().endswith("answers, TLS (starttls), logged in as desk")
        assert server.accepted == []
        assert server.password not in repr(account)
