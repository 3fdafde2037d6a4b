"""Fixtures for every folder of tests that needs mail; a conftest imports them by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mailserver.server import USERS, MailServer
from tests.mailserver.smtp_server import SmtpServer


@pytest.fixture(scope="session")
def running_mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def mail_server(running_mail_server: MailServer) -> Iterator[MailServer]:
    """One Dovecot for the whole run, with every account emptied after the test that used it."""
    yield running_mail_server
    for user in USERS:
        running_mail_server.clear(user)


@pytest.fixture
def smtp_server(mail_server: MailServer) -> Iterator[SmtpServer]:
    """A new SMTP server, which delivers into the accounts of `mail_server`."""
    with SmtpServer(mail_server) as server:
        yield server
