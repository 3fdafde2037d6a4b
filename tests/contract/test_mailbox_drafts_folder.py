"""The contract of ports.DraftsFolder: over the fake, a Maildir, Graph, Exchange and IMAP servers of three kinds."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from bot.errors import MailboxUnreachableError, UncertainError
from bot.mailboxes.account import ImapAccount, MaildirAccount
from bot.mailboxes.exchange_drafts import ExchangeDraftsFolder
from bot.mailboxes.graph_drafts import GraphDraftsFolder
from bot.mailboxes.imap_drafts import ImapDraftsFolder
from bot.mailboxes.maildir_drafts import MaildirDraftsFolder
from bot.ports import DraftsFolder
from tests.contract.places import ExchangePlace, GraphPlace, ImapPlace, make_account, make_exchange_account, make_raw
from tests.desks.drafts import KeepingDrafts
from tests.exchange_server.server import ExchangeServer
from tests.exchange_server.state import MailboxState
from tests.mailserver.dovecot_config import PROFILES
from tests.mailserver.scripted_imap import ScriptedImapServer
from tests.mailserver.server import MailServer, free_port

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ANSWER = b"Message-ID: <new@program>\r\nIn-Reply-To: <asks@x>\r\nReferences: <first@x>\r\n <asks@x>\r\n\r\nYes.\r\n"


class DraftsPlace(Protocol):
    """A mailbox's Drafts and Sent, with the mail program of a person who works there."""

    def open(self) -> DraftsFolder: ...
    def person_saves(self, raw: bytes) -> None: ...
    def person_sends(self, raw: bytes) -> None: ...
    def person_empties_drafts(self) -> None: ...


class FakePlace(KeepingDrafts):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.now(UTC)

    def open(self) -> DraftsFolder:
        return self


class MaildirDraftsPlace:
    def __init__(self, path: Path) -> None:
        self.account = MaildirAccount("icc", "icc@x.example", path / "in", path / "Sent", path / "Drafts")

    def open(self) -> DraftsFolder:
        return MaildirDraftsFolder(self.account)

    def person_saves(self, raw: bytes) -> None:
        mailbox.Maildir(self.account.drafts, create=True).add(raw)

    def person_sends(self, raw: bytes) -> None:
        mailbox.Maildir(self.account.sent, create=True).add(raw)

    def person_empties_drafts(self) -> None:
        mailbox.Maildir(self.account.drafts, create=True).clear()


class ImapDraftsPlace:
    def __init__(self, server: MailServer, sent: str) -> None:
        self.server = server
        self._sent = sent
        self._opened: list[ImapDraftsFolder] = []

    def open(self) -> DraftsFolder:
        self._opened.append(ImapDraftsFolder(make_account(self.server)))
        return self._opened[-1]

    def person_saves(self, raw: bytes) -> None:
        self._append("Drafts", raw, "(\\Draft)")

    def person_sends(self, raw: bytes) -> None:
        self._append(self._sent, raw, "(\\Seen)")

    def person_empties_drafts(self) -> None:
        with self.server.imap("icc") as connection:
            connection.select("Drafts")
            connection.store("1:*", "+FLAGS", "\\Deleted")
            connection.expunge()

    def close(self) -> None:
        for folder in self._opened:
            folder.close()
        self.server.clear("icc")

    def _append(self, folder: str, raw: bytes, flags: str) -> None:
        with self.server.imap("icc") as connection:
            connection.create(f'"{folder}"')
            assert connection.append(f'"{folder}"', flags, None, raw)[0] == "OK"  # type: ignore[arg-type]


class ExchangeDraftsPlace:
    def __init__(self, server: ExchangeServer, box: MailboxState) -> None:
        self.server = server
        self.box = box

    def open(self) -> DraftsFolder:
        return ExchangeDraftsFolder(make_exchange_account(self.server))

    def person_saves(self, raw: bytes) -> None:
        self.box.deliver(raw, "drafts", is_draft=True)

    def person_sends(self, raw: bytes) -> None:
        self.box.deliver(raw, "sentitems")

    def person_empties_drafts(self) -> None:
        for item_id in list(self.box.folders["drafts"].items):
            self.box.folders["drafts"].remove(item_id)


class GraphDraftsPlace:
    def __init__(self, place: GraphPlace) -> None:
        self.place = place
        self.opened: list[GraphDraftsFolder] = []

    def open(self, **changes: object) -> DraftsFolder:
        self.opened.append(GraphDraftsFolder(self.place.account(**changes)))
        return self.opened[-1]

    def person_saves(self, raw: bytes) -> None:
        self.place.box.put(raw, "folder-drafts", is_draft=True)

    def person_sends(self, raw: bytes) -> None:
        self.place.box.put(raw, "folder-sentitems", is_read=True)

    def person_empties_drafts(self) -> None:
        for item in self.place.box.in_folder("folder-drafts"):
            self.place.box.remove(item)

    def close(self) -> None:
        for folder in self.opened:
            folder.close()


@pytest.fixture
def graph_drafts(graph_place: GraphPlace) -> Iterator[GraphDraftsPlace]:
    place = GraphDraftsPlace(graph_place)
    yield place
    place.close()


@pytest.fixture(params=["fake", "maildir", "ews", "graph", *PROFILES])
def drafts_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DraftsPlace]:
    if request.param == "fake":
        yield FakePlace()
    elif request.param == "maildir":
        yield MaildirDraftsPlace(tmp_path)
    elif request.param == "ews":
        exchange: ExchangePlace = request.getfixturevalue("exchange_place")
        yield ExchangeDraftsPlace(exchange.server, exchange.box)
    elif request.param == "graph":
        yield request.getfixturevalue("graph_drafts")
    else:
        servers: dict[str, MailServer] = request.getfixturevalue("servers_by_profile")
        place = ImapDraftsPlace(servers[request.param], "Sent Items" if request.param == "exchange" else "Sent")
        yield place
        place.close()


def test_what_was_put_lies_there_unsent_byte_for_byte(drafts_place: DraftsPlace) -> None:
    folder = drafts_place.open()
    assert list(folder.lying()) == []
    folder.put(make_raw(1))
    folder.put(make_raw(2))
    lying = {each.message_id_header: each for each in folder.lying()}
    assert set(lying) == {"1@customer.example", "2@customer.example"}
    assert folder.read(lying["2@customer.example"]) == make_raw(2)
    assert list(folder.sent_since(LONG_AGO)) == []


def test_what_a_person_saves_sends_and_deletes_shows_at_the_next_look(drafts_place: DraftsPlace) -> None:
    folder = drafts_place.open()
    folder.put(make_raw(1))
    (before,) = folder.lying()
    drafts_place.person_empties_drafts()
    drafts_place.person_saves(make_raw(3))
    drafts_place.person_sends(ANSWER)
    assert [each.message_id_header for each in folder.lying()] == ["3@customer.example"]
    assert folder.read(before) is None
    (sent,) = folder.sent_since(datetime.now(UTC) - timedelta(hours=1))
    assert (sent.message_id_header, sent.refers_to) == ("new@program", frozenset({"first@x", "asks@x"}))
    assert folder.read(sent) == ANSWER


def test_a_message_of_a_person_without_message_id_is_listed_too(drafts_place: DraftsPlace) -> None:
    drafts_place.person_saves(b"Subject: half written\r\n\r\nDear Ann,\r\n")
    (lying,) = drafts_place.open().lying()
    assert (lying.message_id_header, lying.refers_to) == ("", frozenset())


def test_the_time_of_a_message_is_that_at_which_it_came_into_the_folder(drafts_place: DraftsPlace) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    drafts_place.person_sends(ANSWER)
    (sent,) = drafts_place.open().sent_since(began)
    assert began <= sent.filed_at <= datetime.now(UTC)


def test_graph_keeps_a_reply_read_in_the_folder_that_is_configured(graph_drafts: GraphDraftsPlace) -> None:
    folder = graph_drafts.open(drafts_folder="To send")
    folder.put(make_raw(1))
    (item,) = graph_drafts.place.box.items.values()
    assert (item.is_draft, item.is_read) == (True, True)
    assert graph_drafts.place.box.folders[item.folder][0] == "To send"
    (lying,) = folder.lying()
    # A person sends it: the id stays, the folder does not.
    graph_drafts.place.box.move(item, "folder-sentitems")
    assert folder.read(lying) is None


def test_an_answer_of_graph_that_never_came_leaves_doubt(graph_drafts: GraphDraftsPlace) -> None:
    graph_drafts.place.server.lose("POST .*/messages$", after=True)
    folder = graph_drafts.open()
    with pytest.raises(UncertainError, match="may lie in Drafts"):
        folder.put(make_raw(1))
    assert [each.message_id_header for each in folder.lying()] == ["1@customer.example"]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_server_shows_a_draft_that_is_read(servers_by_profile: dict[str, MailServer], profile: str) -> None:
    place = ImapPlace(servers_by_profile[profile])
    folder = ImapDraftsFolder(make_account(place.server))
    folder.put(make_raw(5))
    folder.close()
    with place.server.imap("icc") as connection:
        connection.select("Drafts", readonly=True)
        answer = connection.fetch("1:*", "(FLAGS)")[1]
    place.close()
    assert [b"\\Draft" in line and b"\\Seen" in line for line in answer if isinstance(line, bytes)] == [True]


def test_a_configured_drafts_folder_comes_before_the_servers_own(dovecot: ImapPlace) -> None:
    folder = ImapDraftsFolder(make_account(dovecot.server, drafts_folder="Zu senden/Büro"))
    folder.put(make_raw(5))
    assert [each.message_id_header for each in folder.lying()] == ["5@customer.example"]
    folder.close()
    own = ImapDraftsFolder(make_account(dovecot.server))
    assert list(own.lying()) == []
    own.close()


def test_a_folder_that_was_made_anew_gives_no_other_message_for_an_old_pointer(dovecot: ImapPlace) -> None:
    folder = ImapDraftsFolder(make_account(dovecot.server, drafts_folder="Ready"))
    folder.put(make_raw(1))
    (before,) = folder.lying()
    with dovecot.server.imap("icc") as connection:
        connection.delete("Ready")
        connection.create("Ready")
    dovecot.server.kick("icc")
    folder.put(make_raw(2))
    assert folder.read(before) is None
    folder.close()


def test_a_connection_that_died_before_the_message_is_made_again(dovecot: ImapPlace) -> None:
    folder = ImapDraftsFolder(make_account(dovecot.server))
    folder.put(make_raw(1))
    dovecot.server.kick("icc")
    folder.put(make_raw(2))
    assert len(folder.lying()) == 2
    folder.close()


def test_a_server_that_is_away_is_told_as_nothing_put() -> None:
    account = ImapAccount("icc", "icc@x.example", "127.0.0.1", "icc", "secret", free_port(), "none", timeout=3)
    with pytest.raises(MailboxUnreachableError):
        ImapDraftsFolder(account).put(make_raw())


def test_a_connection_that_died_over_the_message_leaves_doubt() -> None:
    def answer(command: str) -> bytes | None:
        if command.startswith("LIST"):
            return b'* LIST (\\Drafts) "/" Drafts\r\n'
        return None if command.startswith("APPEND") else b""

    with ScriptedImapServer(answer) as server:
        account = ImapAccount("icc", "icc@x.example", server.host, "icc", "secret", server.port, "none", timeout=3)
        folder = ImapDraftsFolder(account)
        with pytest.raises(UncertainError, match="the connection was lost while a reply was put into Drafts"):
            folder.put(make_raw())
        folder.close()


def test_a_maildir_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    account = MaildirAccount("icc", "icc@x.example", tmp_path / "in", tmp_path / "Sent", tmp_path / "file" / "Drafts")
    with pytest.raises(MailboxUnreachableError, match="cannot be written"):
        MaildirDraftsFolder(account).put(make_raw())
