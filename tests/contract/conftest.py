"""The contract suites run over every adapter; the servers they need start once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.oauth.login import AccessTokens
from tests.contract.places import ExchangePlace, GraphPlace, ImapPlace, MaildirPlace, Place, tokens_of
from tests.exchange_server.server import ExchangeServer
from tests.mailserver.dovecot_config import PROFILES
from tests.mailserver.server import MailServer
from tests.microsoft.directory import Directory
from tests.microsoft.graph_server import GraphServer


@pytest.fixture(scope="session")
def servers_by_profile(running_mail_server: MailServer) -> Iterator[dict[str, MailServer]]:
    with ExitStack() as stack:
        others = {name: stack.enter_context(MailServer(name)) for name in PROFILES if name != "dovecot"}
        yield {"dovecot": running_mail_server, **others}


@pytest.fixture(params=list(PROFILES))
def imap_place(request: pytest.FixtureRequest, servers_by_profile: dict[str, MailServer]) -> Iterator[ImapPlace]:
    place = ImapPlace(servers_by_profile[request.param])
    yield place
    place.close()


@pytest.fixture
def exchange_place(exchange: ExchangeServer) -> Iterator[ExchangePlace]:
    place = ExchangePlace(exchange)
    yield place
    place.close()


@pytest.fixture(params=["maildir", "ews", "graph", *PROFILES])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "maildir":
        yield MaildirPlace(tmp_path)
        return
    if request.param == "ews":
        yield request.getfixturevalue("exchange_place")
        return
    if request.param == "graph":
        yield request.getfixturevalue("graph_place")
        return
    servers: dict[str, MailServer] = request.getfixturevalue("servers_by_profile")
    found = ImapPlace(servers[request.param])
    yield found
    found.close()


@pytest.fixture
def graph_place(graph_server: GraphServer, graph_tokens: AccessTokens) -> Iterator[GraphPlace]:
    place = GraphPlace(graph_server, graph_tokens)
    yield place
    place.close()


@pytest.fixture(scope="session")
def graph_tokens(running_directory: Directory) -> AccessTokens:
    return tokens_of(running_directory)


@pytest.fixture
def dovecot(mail_server: MailServer) -> Iterator[ImapPlace]:
    place = ImapPlace(mail_server)
    yield place
    place.close()
