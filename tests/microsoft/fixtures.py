"""Fixtures for every folder of tests that needs Microsoft 365; a conftest imports them by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mailserver.server import MailServer
from tests.microsoft.directory import Directory
from tests.microsoft.graph_server import GraphServer
from tests.microsoft.https import pem_with_key


@pytest.fixture(scope="session")
def running_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    with Directory(pem_with_key(tmp_path_factory.mktemp("directory"), "directory")) as directory:
        yield directory


@pytest.fixture
def directory(running_directory: Directory) -> Iterator[Directory]:
    """The directory, as it was before: it refuses nobody, and is asked anew for each token."""
    yield running_directory
    running_directory.restore()


@pytest.fixture
def graph_server(directory: Directory, mail_server: MailServer) -> Iterator[GraphServer]:
    """Graph with empty mailboxes; what they send is delivered into the accounts of `mail_server`."""

    def deliver(sender: str, recipients: list[str], raw: bytes) -> None:
        for recipient in recipients:
            mail_server.deliver(recipient, raw, sender)

    with GraphServer(directory.pem, directory, deliver) as server:
        yield server
    assert server.mistakes == []
