"""IMAP and SMTP with access tokens: a Dovecot that asks the directory about each, and an SMTP server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.errors import LoginRefusedError
from bot.mail.envelope import Envelope
from bot.mailboxes.imap import ImapMailbox
from bot.senders.account import SmtpAccount
from bot.senders.smtp import SmtpSender
from tests.contract.places import EVERYTHING, LIMITS, make_account, make_raw, subject_numbers, tokens_of
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import DESK, SmtpServer, server_tls
from tests.microsoft.directory import Directory, Refusal

SCOPE = "https://outlook.office365.com/.default"


@pytest.fixture(scope="module")
def dovecot_by_oauth(running_directory: Directory) -> Iterator[MailServer]:
    with MailServer(directory=(running_directory.url, running_directory.ca_file)) as server:
        yield server


@pytest.fixture
def mailbox(dovecot_by_oauth: MailServer, directory: Directory) -> Iterator[ImapMailbox]:
    account = make_account(dovecot_by_oauth, password="", tokens=tokens_of(directory, SCOPE))
    found = ImapMailbox(account)
    yield found
    found.close()
    dovecot_by_oauth.clear("icc")


def test_an_imap_mailbox_is_read_with_a_token(dovecot_by_oauth: MailServer, mailbox: ImapMailbox) -> None:
    dovecot_by_oauth.append("icc", make_raw(3))
    assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [3]


def test_a_token_that_was_withdrawn_between_two_logins_is_renewed(
    dovecot_by_oauth: MailServer, mailbox: ImapMailbox, directory: Directory
) -> None:
    mailbox.check()
    directory.withdraw()
    dovecot_by_oauth.kick("icc")
    assert "messages in INBOX" in mailbox.check()
    assert len(directory.grants) == 2


def test_a_server_that_takes_no_token_is_told_without_showing_it(
    dovecot_by_oauth: MailServer, directory: Directory
) -> None:
    wrong = tokens_of(directory, "https://graph.microsoft.com/.default")
    mailbox = ImapMailbox(make_account(dovecot_by_oauth, tokens=wrong))
    with pytest.raises(LoginRefusedError, match="login as icc by OAuth failed") as told:
        mailbox.check()
    assert not any(token in str(told.value) for token in directory.given)
    assert len(directory.given) == 2


def test_what_the_directory_says_is_what_the_mailbox_says(mailbox: ImapMailbox, directory: Directory) -> None:
    directory.refusal = Refusal("7000222")
    with pytest.raises(LoginRefusedError, match="the client secret has expired"):
        mailbox.check()


@pytest.fixture
def smtp_by_oauth(mail_server: MailServer, directory: Directory) -> Iterator[SmtpServer]:
    def opens(token: str) -> bool:
        return directory.opens(token, "https://outlook.office365.com/")

    with SmtpServer(tls=server_tls(mail_server), needs_login=True, opens=opens) as server:
        yield server


def smtp_account(server: SmtpServer, mail_server: MailServer, directory: Directory, scope: str = SCOPE) -> SmtpAccount:
    tokens = tokens_of(directory, scope)
    return SmtpAccount(server.host, server.port, "starttls", DESK, ca_file=mail_server.ca_file, tokens=tokens)


def test_mail_is_sent_with_a_token(smtp_by_oauth: SmtpServer, mail_server: MailServer, directory: Directory) -> None:
    sender = SmtpSender(smtp_account(smtp_by_oauth, mail_server, directory))
    sender.send(Envelope(DESK, ("pat@else.example",)), make_raw(1))
    directory.withdraw()
    sender.send(Envelope(DESK, ("pat@else.example",)), make_raw(2))
    assert [each.raw for each in smtp_by_oauth.accepted] == [make_raw(1), make_raw(2)]
    assert len(directory.grants) == 2


def test_a_token_for_something_else_sends_nothing(
    smtp_by_oauth: SmtpServer, mail_server: MailServer, directory: Directory
) -> None:
    account = smtp_account(smtp_by_oauth, mail_server, directory, "https://graph.microsoft.com/.default")
    with pytest.raises(LoginRefusedError, match="refused the login") as told:
        SmtpSender(account).send(Envelope(DESK, ("pat@else.example",)), make_raw(1))
    assert not any(token in str(told.value) for token in directory.given)
    assert smtp_by_oauth.accepted == []
