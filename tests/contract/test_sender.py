"""The contract of ports.Sender, over SMTP, Maildirs, Exchange and Graph."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import PermanentError
from bot.mail.envelope import Envelope
from bot.ports import Sender
from bot.senders import SENDERS
from bot.senders.account import ExchangeOutgoing, GraphOutgoing, SmtpAccount
from bot.senders.maildir import folder_name
from tests.contract.places import make_exchange_account, make_raw, reached
from tests.exchange_server.server import ExchangeServer
from tests.mailserver.smtp_server import SmtpServer
from tests.microsoft.graph_server import GraphServer

SENDER = "icc@northgate.example"
HEAD = b"To: pat@else.example\r\n"
RAW = (
    b"To: pat@else.example, sam@else.example\r\nSubject: dots\r\nMessage-ID: <1@northgate.example>\r\n"
    b"\r\n.\r\n..\r\n.hidden\r\nFrom here\r\n\r\n"
)


class Way:
    """A sender, and what its recipients have got."""

    def __init__(self, sender: Sender, arrived: Callable[[str], list[bytes]]) -> None:
        self.sender = sender
        self.arrived = arrived


@pytest.fixture(params=list(SENDERS))
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Way:
    if request.param == "maildir":

        def in_folder(address: str) -> list[bytes]:
            return [path.read_bytes() for path in (tmp_path / folder_name(address) / "new").glob("*")]

        return Way(SENDERS["maildir"](tmp_path), in_folder)
    if request.param == "exchange":
        exchange: ExchangeServer = request.getfixturevalue("exchange")
        exchange.add_mailbox(SENDER)

        def left(address: str) -> list[bytes]:
            return [each.raw for each in exchange.world.sent if address in each.recipients]

        return Way(SENDERS["exchange"](ExchangeOutgoing({SENDER: make_exchange_account(exchange)})), left)
    if request.param == "graph":
        graph: GraphServer = request.getfixturevalue("graph_server")
        graph.box(SENDER)

        def sent(address: str) -> list[bytes]:
            return [raw for _, recipients, raw in graph.sent if address in recipients]

        to = reached(graph, request.getfixturevalue("graph_tokens"))
        return Way(SENDERS["graph"](GraphOutgoing(to, checked=SENDER)), sent)
    server: SmtpServer = request.getfixturevalue("smtp_server")

    def accepted(address: str) -> list[bytes]:
        return [each.raw for each in server.accepted if address in each.recipients]

    return Way(SENDERS["smtp"](SmtpAccount(server.host, server.port, "none", hello="desk.example")), accepted)


def test_every_recipient_gets_exactly_these_bytes_once(way: Way) -> None:
    receipt = way.sender.send(Envelope(SENDER, ("pat@else.example", "sam@else.example")), RAW)
    assert receipt.refused == ()
    assert receipt.answer
    assert way.arrived("pat@else.example") == [RAW]
    assert way.arrived("sam@else.example") == [RAW]
    assert way.arrived("nobody@else.example") == []


def test_two_messages_are_two(way: Way) -> None:
    for number in (1, 2):
        way.sender.send(Envelope(SENDER, ("pat@else.example",)), HEAD + make_raw(number))
    assert sorted(way.arrived("pat@else.example")) == [HEAD + make_raw(1), HEAD + make_raw(2)]


def test_a_message_without_recipients_is_never_sent(way: Way) -> None:
    with pytest.raises(PermanentError, match="no recipient"):
        way.sender.send(Envelope(SENDER, ()), RAW)


def test_a_check_sends_nothing_and_says_what_answered(way: Way) -> None:
    assert len(way.sender.check()) > 10
    assert way.arrived("pat@else.example") == []
