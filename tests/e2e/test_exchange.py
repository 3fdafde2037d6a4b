"""Mail out of an Exchange mailbox, and the approved reply in its Sent Items and with the customer, in one thread."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.desks.desk import DeskUnderTest, MailboxConfig, mail_desk
from tests.e2e.letters import SENT_AT, letter
from tests.e2e.test_graph import move_to_graph
from tests.exchange_server.rebuilding import rebuilt
from tests.exchange_server.server import CUT_AFTER, ExchangeServer
from tests.exchange_server.state import MailboxState
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer
from tests.microsoft.directory import CLIENT_ID, SECRET, TENANT, Directory, Refusal
from tests.microsoft.graph_server import GraphServer

ICC, CUSTOMER = "icc@northgate.example", "customer@customer.example"
MAILBOX = """\
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
folder = "Inbox/Desk"
start = "all"
after_store = "move:Inbox/Worked"
"""


@pytest.fixture
def box(exchange: ExchangeServer) -> MailboxState:
    box = exchange.add_mailbox(ICC)
    box.make("Desk", box.folders["inbox"].folder_id)
    exchange.add_mailbox(CUSTOMER)
    return box


@pytest.fixture
def desk(
    tmp_path: Path, exchange: ExchangeServer, box: MailboxState, mail_server: MailServer, smtp_server: SmtpServer
) -> Iterator[DeskUnderTest]:
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[MailboxConfig("icc", password=exchange.password)])
    (desk.config / "mailboxes.toml").write_text(MAILBOX.format(port=exchange.port))
    bot = (desk.config / "bot.toml").read_text()
    head, _, rest = bot.partition("[outgoing]")
    (desk.config / "bot.toml").write_text(
        f'{head}[outgoing]\nprotocol = "exchange"\n\n[engine]{rest.split("[engine]")[1]}'
    )
    desk.add_user()
    yield desk
    assert smtp_server.accepted == []


OAUTH = """
[oauth.directory]
tenant = "{tenant}"
client_id = "{client_id}"
secret_env = "PASSWORD_ICC"
authority = "{authority}"
ca_file = "{ca_file}"
"""


def test_a_token_of_the_directory_opens_the_mailbox_and_its_refusal_is_told(
    exchange: ExchangeServer, box: MailboxState, desk: DeskUnderTest, directory: Directory
) -> None:
    desk.mailboxes[0].password = SECRET
    login = OAUTH.format(tenant=TENANT, client_id=CLIENT_ID, authority=directory.url, ca_file=directory.ca_file)
    (desk.config / "bot.toml").write_text((desk.config / "bot.toml").read_text() + login)
    by_token = MAILBOX.replace('auth = "basic"', 'oauth = "directory"').replace('password_env = "PASSWORD_ICC"\n', "")
    (desk.config / "mailboxes.toml").write_text(by_token.format(port=exchange.port))
    exchange.opens = lambda token: directory.opens(token, "https://127.0.0.1/.default")
    assert "ok     mailbox icc: 0 messages in Inbox/Desk" in desk.command("check")
    directory.refusal = Refusal("AADSTS7000222")
    assert "FAILED mailbox icc: " in desk.command("check", expect=1)


def folder(box: MailboxState, name: str) -> list[Message]:
    found = next(each for key, each in box.folders.items() if name in (key, each.name))
    return [item.message for item in found.items.values()]


def test_from_the_folder_to_the_customer_and_back(
    exchange: ExchangeServer, box: MailboxState, desk: DeskUnderTest
) -> None:
    watched = next(each for each in box.folders.values() if each.name == "Desk")
    box.deliver(letter(), watched.folder_id)
    assert "1 messages taken in" in desk.command("run", "--once")
    (item,), (draft,) = desk.rows("items"), desk.rows("drafts")
    assert (item["category"], draft["to"]) == ("revision", [CUSTOMER])
    assert folder(box, "Desk") == []
    assert len(folder(box, "Worked")) == 1
    assert exchange.world.sent == []

    desk.command("approve", str(draft["id"]), "--as", "kim")
    # The answer to the word to send is lost: the reply is looked up, and is not sent twice.
    exchange.trouble("SendItem", CUT_AFTER)
    assert "1 sent" in desk.command("run", "--once")
    desk.command("run", "--once")
    (copy,) = folder(box, "sentitems")
    (reply,) = folder(exchange.world.mailboxes[CUSTOMER], "inbox")
    assert reply["Message-ID"] == copy["Message-ID"]
    assert (reply["In-Reply-To"], reply["References"]) == ("<first@customer.example>", "<first@customer.example>")
    assert folder(box, "drafts") == []
    (entry,) = desk.rows("outbox")
    assert (entry["state"], entry["in_sent_folder"]) == ("sent", True)

    answer = letter(
        str(reply["Subject"]),
        "Thanks, and please send the corrected invoice INV-55120 to the same address.\n",
        message_id="second@customer.example",
        references=["first@customer.example", str(reply["Message-ID"]).strip("<>")],
    )
    box.deliver(answer, watched.folder_id)
    desk.command("run", "--once")
    (same,) = desk.rows("items")
    assert (same["number"], same["messages"], same["state"]) == (item["number"], 2, "open")


def test_the_check_tries_the_mailbox_and_the_trial_goes_all_the_way_round(
    exchange: ExchangeServer, box: MailboxState, desk: DeskUnderTest
) -> None:
    told = desk.command("check")
    assert "ok     mailbox icc: 0 messages in Inbox/Desk, by delegate, with notifications" in told
    assert "ok     outgoing: Exchange answers for icc@northgate.example" in told
    # The trial arrives in the inbox, from where the rule of the mailbox brings mail to the folder.
    exchange.world.rules["inbox"] = "Desk"
    told = desk.command("check", "--exercise", "icc")
    assert "FAILED" not in told
    assert "finding its copy in the folder of sent mail: the server filed it" in told
    assert len(folder(box, "Worked")) == 1


def test_a_reply_that_a_person_corrects_and_sends_from_drafts(
    exchange: ExchangeServer, box: MailboxState, desk: DeskUnderTest
) -> None:
    toml = desk.config / "mailboxes.toml"
    toml.write_text(toml.read_text() + 'approved = "drafts"\n')
    box.deliver(letter(), next(key for key, each in box.folders.items() if each.name == "Desk"))
    desk.command("run", "--once")
    desk.command("approve", str(desk.rows("drafts")[0]["id"]), "--as", "kim")
    for _ in range(2):
        assert "0 sent" in desk.command("run", "--once")
        (draft,) = box.folders["drafts"].items.values()
        assert draft.is_draft
    assert [row["state"] for row in desk.rows("outbox")] == ["in_drafts"]

    # As Outlook does it: corrected, sent, and filed under a Message-ID of its own.
    box.folders["drafts"].remove(draft.item_id)
    corrected = draft.raw.replace(draft.message_id.encode(), b"<corrected@outlook.example>")
    box.deliver(corrected.replace(b"INV-55120 and", b"INV-55120, as you asked, and"), "sentitems")
    desk.command("run", "--once")
    (row,) = desk.rows("outbox")
    assert row["state"] == "sent"
    assert exchange.world.sent == []


def test_mail_that_the_server_writes_anew_each_time_is_one_message(box: MailboxState, desk: DeskUnderTest) -> None:
    toml = desk.config / "mailboxes.toml"
    toml.write_text(toml.read_text().replace('after_store = "move:Inbox/Worked"\n', ""))
    watched = next(each for each in box.folders.values() if each.name == "Desk")
    item = box.deliver(letter(), watched.folder_id, is_rebuilt=True)
    desk.command("run", "--once")
    # A colleague moves it out of the folder and back: it has another id, and other bytes.
    watched.remove(item.item_id)
    box.deliver(letter(), watched.folder_id, is_rebuilt=True)
    # Another one under the same Message-ID is another message.
    other = letter(text="Please refund invoice INV-55120, which we paid twice.\n")
    box.deliver(other, watched.folder_id, is_rebuilt=True)
    desk.command("run", "--once")
    shown = [desk.rows("show", row["number"])[0]["conversation"] for row in desk.rows("items")]
    texts = sorted(one["text"].split("\n")[0] for conversation in shown for one in conversation)
    assert texts == ["Hello,", "Please refund invoice INV-55120, which we paid twice."]


def test_a_desk_that_moves_from_exchange_to_graph_keeps_its_threads_and_items(
    box: MailboxState, desk: DeskUnderTest, graph_server: GraphServer, directory: Directory
) -> None:
    letters = [letter(), letter("Another", "Please send INV-9.\n", message_id="other@customer.example")]
    for raw in letters:
        box.deliver(raw, next(key for key, each in box.folders.items() if each.name == "Desk"), is_rebuilt=True)
    desk.command("run", "--once")
    before = desk.rows("items")
    assert len(before) == 2

    move_to_graph(desk, graph_server, directory)
    there = graph_server.box(ICC)
    folder_id = there.make_folder("Creditdesk", "folder-inbox")
    for raw in letters:
        there.put(rebuilt(raw), folder_id, received_at=SENT_AT)
    there.put(letter(message_id="third@customer.example", references=["first@customer.example"]), folder_id)
    desk.command("run", "--once")
    items = desk.rows("items")
    assert [row["number"] for row in items] == [row["number"] for row in before]
    # Of three that were found there, one is new.
    assert sum(row["messages"] for row in items) == 3
