"""A desk whose mailbox lies in Microsoft 365: from the rule to the reply and back, and moving house to there."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.mail.identity import fingerprint
from tests.desks.desk import DeskUnderTest, MailboxConfig, mail_desk
from tests.e2e.letters import SENT_AT, letter, mail_of
from tests.exchange_server.server import ExchangeServer
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer
from tests.microsoft.directory import CLIENT_ID, SECRET, TENANT, Directory
from tests.microsoft.graph_server import GraphServer

BOT = """\
[company]
name = "Northgate"
domains = ["northgate.example"]

[store]
url = "sqlite:///desk.sqlite3"

[oauth.microsoft]
tenant = "{tenant}"
client_id = "{client_id}"
secret_env = "PASSWORD_ICC"
authority = "{authority}"
ca_file = "{ca_file}"

[outgoing]
protocol = "graph"
oauth = "microsoft"
host = "{host}"
port = {port}
ca_file = "{ca_file}"
"""
MAILBOX = """\
[icc]
address = "icc@northgate.example"
protocol = "graph"
oauth = "microsoft"
host = "{host}"
port = {port}
ca_file = "{ca_file}"
folder = "Inbox/Creditdesk"
start = "all"
"""
EXCHANGE = """\
[icc]
address = "icc@northgate.example"
protocol = "exchange"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "svc-desk"
auth = "basic"
version = "Exchange2016"
password_env = "PASSWORD_ICC"
start = "all"
"""
ICC = "icc@northgate.example"


@pytest.fixture
def folder(graph_server: GraphServer) -> str:
    return graph_server.box(ICC).make_folder("Creditdesk", "folder-inbox")


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    found = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[MailboxConfig("icc")])
    found.add_user()
    return found


def move_to_graph(desk: DeskUnderTest, graph: GraphServer, directory: Directory) -> None:
    """What an administrator changes in the two files."""
    values = {"host": graph.host, "port": graph.port, "ca_file": graph.ca_file, "authority": directory.url}
    values |= {"tenant": TENANT, "client_id": CLIENT_ID}
    desk.mailboxes[0].password = SECRET
    (desk.config / "bot.toml").write_text(BOT.format(**values))
    (desk.config / "mailboxes.toml").write_text(MAILBOX.format(**values))


def rebuilt(raw: bytes) -> bytes:
    """The same message as a server makes it that keeps no MIME: another order and encoding, and headers of its own."""
    old = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(old, EmailMessage)
    new = EmailMessage(policy=email.policy.SMTP)
    new["Received"] = "from mail.northgate.example by exchange.example; Tue, 24 Nov 2026 10:00:00 +0000"
    for name in reversed([name for name in old if not name.startswith(("Content", "MIME"))]):
        new[name] = str(old[name])
    new.set_content(old.get_content(), cte="base64")
    return new.as_bytes()


def test_from_the_folder_to_the_reply_in_sent_items_and_back(
    desk: DeskUnderTest, graph_server: GraphServer, directory: Directory, folder: str, mail_server: MailServer
) -> None:
    move_to_graph(desk, graph_server, directory)
    box = graph_server.box(ICC)
    # The rule of the mailbox moves what arrives in the Inbox.
    box.move(box.put(letter()), folder)

    assert "1 messages taken in" in desk.command("run", "--once")
    (item,) = desk.rows("items")
    (draft,) = desk.rows("drafts")
    assert graph_server.sent == []
    desk.command("approve", str(draft["id"]), "--as", "kim")
    assert "1 sent" in desk.command("run", "--once")

    (reply,) = mail_of(mail_server, "customer")
    assert reply["In-Reply-To"] == "<first@customer.example>"
    sent = [one.shown()["internetMessageId"] for one in box.in_folder("folder-sentitems")]
    assert sent == [reply["Message-ID"]]
    assert desk.rows("outbox")[0]["in_sent_folder"]
    assert [one.is_read for one in box.in_folder(folder)] == [False]

    answer = letter(
        str(reply["Subject"]),
        "Thanks, and please send the corrected invoice INV-55120 to the same address.\n",
        message_id="second@customer.example",
        references=["first@customer.example", str(reply["Message-ID"]).strip("<>")],
    )
    box.put(answer, folder)
    desk.command("run", "--once")
    (same,) = desk.rows("items")
    assert (same["number"], same["messages"]) == (item["number"], 2)


@pytest.fixture(params=["imap", "exchange"])
def house(request: pytest.FixtureRequest, desk: DeskUnderTest, mail_server: MailServer) -> Callable[[bytes], object]:
    """Where the mailbox lies before it moves: what puts a message into it."""
    if request.param == "imap":
        return lambda raw: mail_server.deliver(ICC, raw)
    exchange: ExchangeServer = request.getfixturevalue("exchange")
    desk.mailboxes[0].password = exchange.password
    (desk.config / "mailboxes.toml").write_text(EXCHANGE.format(port=exchange.port))
    return exchange.add_mailbox(ICC).deliver


def test_a_desk_that_moves_to_graph_keeps_its_threads_and_items(
    house: Callable[[bytes], object], desk: DeskUnderTest, graph_server: GraphServer, directory: Directory, folder: str
) -> None:
    first, second = letter(), letter("Another", "Please send INV-9.\n", message_id="other@customer.example")
    for raw in (first, second):
        house(raw)
    desk.command("run", "--once")
    before = [desk.rows(name) for name in ("items", "drafts", "record")]
    assert len(before[0]) == 2

    move_to_graph(desk, graph_server, directory)
    box = graph_server.box(ICC)
    for raw in (first, second):
        assert fingerprint(rebuilt(raw)) != fingerprint(raw)
        box.put(rebuilt(raw), folder, received_at=SENT_AT)
    printed = desk.command("run", "--once")
    assert [desk.rows(name) for name in ("items", "drafts", "record")] == before
    assert printed.splitlines()[1].split()[-1] == "yes"

    # What is really new is told apart, also under a Message-ID that is known.
    box.put(letter(message_id="third@customer.example", references=["first@customer.example"]), folder)
    box.put(rebuilt(letter(text="Now refund 900 USD for INV-1 to my account.\n")), folder)
    desk.command("run", "--once")
    assert sum(item["messages"] for item in desk.rows("items")) == 4


def test_a_mailbox_whose_consent_was_withdrawn_is_told_and_the_others_are_worked(
    desk: DeskUnderTest, graph_server: GraphServer, directory: Directory, folder: str, mail_server: MailServer
) -> None:
    other = (desk.config / "mailboxes.toml").read_text().replace("icc", "invoicing").replace("ICC", "INVOICING")
    move_to_graph(desk, graph_server, directory)
    file = desk.config / "mailboxes.toml"
    file.write_text(file.read_text() + other)
    desk.mailboxes.append(MailboxConfig("invoicing"))
    graph_server.box(ICC).put(letter(), folder, received_at=datetime.now(UTC) - timedelta(minutes=1))
    mail_server.deliver("invoicing@northgate.example", letter(to="invoicing@northgate.example"))
    graph_server.fail("users/icc", 403, code="ErrorAccessDenied", times=99)

    printed = desk.command("run", "--once", expect=1)
    assert "an administrator has to grant it Mail.ReadWrite" in printed
    assert len(desk.rows("items")) == 1
    check = desk.command("check", expect=1)
    assert "FAILED mailbox icc: " in check
    assert "ok     mailbox invoicing" in check


def test_an_administrator_proves_a_mailbox_by_a_mail_to_itself(
    desk: DeskUnderTest, graph_server: GraphServer, directory: Directory
) -> None:
    move_to_graph(desk, graph_server, directory)
    mailboxes = desk.config / "mailboxes.toml"
    mailboxes.write_text(mailboxes.read_text().replace("Inbox/Creditdesk", "INBOX") + 'after_store = "move:Worked"\n')
    graph_server.box(ICC)
    printed = desk.command("check", "--exercise", "icc")
    assert "FAILED" not in printed
    assert "the server filed it" in printed
    assert next(one.folder for one in graph_server.box(ICC).items.values()) == "folder-sentitems"
    assert desk.rows("items") == []
