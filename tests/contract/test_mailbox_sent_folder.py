"""The contract of ports.SentFolder, over a Maildir, Exchange, Graph and real IMAP servers of three kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import MailboxUnreachableError
from bot.mailboxes.account import MaildirAccount
from bot.mailboxes.exchange_sent import ExchangeSentFolder
from bot.mailboxes.graph_sent import GraphSentFolder
from bot.mailboxes.imap_sent import ImapSentFolder
from bot.mailboxes.maildir import MaildirSentFolder
from tests.contract.places import ExchangePlace, ImapPlace, make_account, make_exchange_account, make_raw
from tests.mailserver.dovecot_config import PROFILES
from tests.mailserver.server import MailServer

SentFolders = ImapSentFolder | MaildirSentFolder | ExchangeSentFolder | GraphSentFolder


@pytest.fixture(params=["maildir", "ews", "graph", *PROFILES])
def sent(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SentFolders]:
    if request.param == "maildir":
        yield MaildirSentFolder(
            MaildirAccount(
                "icc", "icc@x.example", tmp_path / "in", tmp_path / "mail" / "Sent", tmp_path / "mail" / "Drafts"
            )
        )
        return
    if request.param == "ews":
        opened = ExchangeSentFolder(make_exchange_account(request.getfixturevalue("exchange_place").server))
        yield opened
        opened.close()
        return
    if request.param == "graph":
        graph = GraphSentFolder(request.getfixturevalue("graph_place").account())
        yield graph
        graph.close()
        return
    server: MailServer = request.getfixturevalue("servers_by_profile")[request.param]
    folder = ImapSentFolder(make_account(server))
    yield folder
    folder.close()
    server.clear("icc")


def make_maildir_account(path: Path, folder: str) -> MaildirAccount:
    return MaildirAccount("icc", "icc@x.example", path / "in", path / folder / "Sent", path / folder / "Drafts")


def folder_of(place: ImapPlace, name: str) -> list[bytes]:
    with place.server.imap("icc") as connection:
        kind, count = connection.select(f'"{name}"', readonly=True)
        if kind != "OK" or count == [b"0"]:
            return []
        answer = connection.fetch("1:*", "(FLAGS BODY.PEEK[])")[1]
    return [part[0] + part[1] for part in answer if isinstance(part, tuple)]


def test_a_copy_that_was_added_is_found_by_its_message_id(sent: SentFolders) -> None:
    assert not sent.holds("1@customer.example")
    sent.add(make_raw(1))
    sent.add(make_raw(2))
    assert sent.holds("1@customer.example")
    assert sent.holds("2@customer.example")


def test_a_message_id_that_is_only_part_of_another_is_not_found(sent: SentFolders) -> None:
    sent.add(make_raw(11))
    assert not sent.holds("1@customer.example")
    assert not sent.holds("11@customer")
    assert not sent.holds("11@CUSTOMER.EXAMPLE")


def test_a_message_id_on_a_line_of_its_own_is_found(sent: SentFolders) -> None:
    sent.add(
        b"Subject: folded\r\nMESSAGE-ID:\r\n <folded@customer.example>\r\n\r\nMessage-ID: <body@customer.example>\r\n"
    )
    assert sent.holds("folded@customer.example")
    assert not sent.holds("body@customer.example")


@pytest.mark.parametrize(("profile", "name"), [("dovecot", "Sent"), ("exchange", "Sent Items"), ("minimal", "Sent")])
def test_the_copy_lies_read_and_unchanged_in_the_servers_own_folder(
    servers_by_profile: dict[str, MailServer], profile: str, name: str
) -> None:
    place = ImapPlace(servers_by_profile[profile])
    folder = ImapSentFolder(make_account(place.server))
    folder.add(make_raw(5))
    folder.close()
    copies = folder_of(place, name)
    place.close()
    assert len(copies) == 1
    assert b"\\Seen" in copies[0]
    assert copies[0].endswith(make_raw(5))


def test_the_copy_in_exchange_is_read_and_no_draft(exchange_place: ExchangePlace) -> None:
    folder = ExchangeSentFolder(make_exchange_account(exchange_place.server))
    folder.add(make_raw(5))
    folder.close()
    (copy,) = exchange_place.box.folders["sentitems"].items.values()
    assert (copy.raw, copy.is_read, copy.is_draft) == (make_raw(5), True, False)


def test_a_configured_folder_comes_before_the_servers_own(dovecot: ImapPlace) -> None:
    folder = ImapSentFolder(make_account(dovecot.server, sent_folder="Gesendet/Büro"))
    folder.add(make_raw(5))
    assert folder.holds("5@customer.example")
    folder.close()
    assert folder_of(dovecot, "Sent") == []
    assert len(folder_of(dovecot, "Gesendet/B&APw-ro")) == 1


def test_a_connection_that_died_is_made_again(dovecot: ImapPlace) -> None:
    folder = ImapSentFolder(make_account(dovecot.server))
    folder.add(make_raw(5))
    dovecot.server.kick("icc")
    assert folder.holds("5@customer.example")
    folder.close()


def test_a_maildir_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    account = MaildirAccount(
        "icc", "icc@x.example", tmp_path / "in", tmp_path / "file" / "Sent", tmp_path / "file" / "Drafts"
    )
    with pytest.raises(MailboxUnreachableError, match="cannot be written"):
        MaildirSentFolder(account).add(make_raw())
