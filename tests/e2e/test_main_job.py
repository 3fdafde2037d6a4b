"""Real mail out of a real mailbox, and the approved reply in the customer's, in the same thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.databases.postgres import create_database
from tests.desks.desk import DeskUnderTest, MailboxConfig, mail_desk
from tests.e2e.letters import flags_of, letter, mail_of
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer

RULE = """\
require ["fileinto", "mailbox"];
if address :is "from" "customer@customer.example" { fileinto :create "Desk"; stop; }
"""


def _desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    mail_server.install_sieve("icc", RULE)
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[MailboxConfig("icc", folder="Desk")])
    desk.add_user()
    return desk


def test_from_a_mailbox_rule_to_the_reply_in_the_customers_mailbox_and_back(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    desk = _desk(tmp_path, mail_server, smtp_server)
    mail_server.deliver("icc@northgate.example", letter())
    before = flags_of(mail_server, "icc", "Desk")

    printed = desk.command("run", "--once")
    assert all(item["due_at"] for item in desk.rows("items", "--state", "open"))
    assert "1 messages taken in" in printed
    (item,) = desk.rows("items")
    assert (item["category"], item["queue"], item["side"], item["messages"]) == ("revision", "invoicing", "outside", 1)
    (draft,) = desk.rows("drafts")
    assert (draft["to"], draft["gaps"], draft["state"]) == (["customer@customer.example"], [], "open")
    assert "INV-55120" in draft["body"]
    assert smtp_server.accepted == []

    desk.command("approve", str(draft["id"]), "--as", "kim")
    assert "1 sent" in desk.command("run", "--once")
    (reply,) = mail_of(mail_server, "customer")
    assert reply["In-Reply-To"] == "<first@customer.example>"
    assert reply["References"] == "<first@customer.example>"
    assert reply["Subject"] == f"Re: Invoice INV-55120 needs our PO number [{item['number']}]"
    assert draft["body"].strip() in reply.get_content().replace("\r\n", "\n")
    assert [copy["Message-ID"] for copy in mail_of(mail_server, "icc", "Sent")] == [reply["Message-ID"]]
    assert flags_of(mail_server, "icc", "Desk") == before

    answer = letter(
        str(reply["Subject"]),
        "Thanks, and please send the corrected invoice INV-55120 to the same address.\n",
        message_id="second@customer.example",
        references=["first@customer.example", str(reply["Message-ID"]).strip("<>")],
    )
    mail_server.deliver("icc@northgate.example", answer)
    desk.command("run", "--once")
    (same,) = desk.rows("items")
    assert (same["number"], same["messages"], same["state"]) == (item["number"], 2, "open")


def test_running_again_changes_nothing(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> None:
    desk = _desk(tmp_path, mail_server, smtp_server)
    mail_server.deliver("icc@northgate.example", letter())
    desk.command("run", "--once")
    desk.command("approve", str(desk.rows("drafts")[0]["id"]), "--as", "kim")
    desk.command("run", "--once")
    lists = [desk.rows(name) for name in ("items", "drafts", "outbox", "record")]

    for _ in range(2):
        assert "0 messages taken in" in desk.command("run", "--once")
    assert [desk.rows(name) for name in ("items", "drafts", "outbox", "record")] == lists
    assert len(smtp_server.accepted) == 1
    assert len(mail_of(mail_server, "icc", "Sent")) == 1


def test_a_colleague_who_reads_the_mail_first_changes_nothing(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    desk = _desk(tmp_path, mail_server, smtp_server)
    mail_server.deliver("icc@northgate.example", letter())
    with mail_server.imap("icc") as connection:
        connection.select("Desk")
        connection.store("1", "+FLAGS", "(\\Seen \\Flagged)")
    desk.command("run", "--once")
    assert len(desk.rows("items")) == 1
    assert [flags for flags in flags_of(mail_server, "icc", "Desk") if "\\Seen" in flags and "\\Flagged" in flags]


def test_a_mailbox_that_refuses_the_login_is_reported_and_the_others_are_worked(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    boxes = [MailboxConfig("icc"), MailboxConfig("invoicing", password="wrong")]
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=boxes)
    mail_server.deliver("icc@northgate.example", letter())
    printed = desk.command("run", "--once", expect=1)
    assert "invoicing: " in printed
    assert "wrong" not in printed
    assert len(desk.rows("items")) == 1
    check = desk.command("check", expect=1)
    assert "ok     mailbox icc" in check
    assert "FAILED mailbox invoicing" in check


def test_mail_in_two_mailboxes_is_one_message_with_two_deliveries(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    boxes = [MailboxConfig("icc"), MailboxConfig("invoicing")]
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=boxes)
    for slug in ("icc", "invoicing"):
        mail_server.deliver(
            f"{slug}@northgate.example", letter(to="icc@northgate.example, invoicing@northgate.example")
        )
    desk.command("run", "--once")
    (item,) = desk.rows("items")
    (shown,) = desk.rows("show", item["number"])
    assert [one["mailboxes"] for one in shown["conversation"]] == [["icc", "invoicing"]]
    assert len(desk.rows("drafts")) == 1


def test_a_new_uidvalidity_makes_no_new_item(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> None:
    desk = mail_desk(tmp_path, mail_server, smtp_server)
    mail_server.deliver("icc@northgate.example", letter())
    desk.command("run", "--once")
    mail_server.new_uidvalidity("icc", 4_000_000_000)
    mail_server.deliver("icc@northgate.example", letter("Another", message_id="other@customer.example"))
    printed = desk.command("run", "--once")
    assert "1 messages taken in" in printed
    assert len(desk.rows("items")) == 2


def test_mail_from_before_the_set_point_is_history(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[MailboxConfig("icc", start="now")])
    mail_server.append("icc", letter(), received_at=datetime.now(UTC) - timedelta(hours=1))
    printed = desk.command("run", "--once")
    assert desk.rows("items") == []
    assert [word for line in printed.splitlines() if line.strip().startswith("icc") for word in line.split()] == [
        "icc", "1", "0", "0", "0", "1", "0", "yes",
    ]  # fmt: skip
    mail_server.deliver("icc@northgate.example", letter(message_id="new@customer.example"))
    desk.command("run", "--once")
    assert len(desk.rows("items")) == 1


def test_the_same_way_on_postgresql(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer, postgres_server: str
) -> None:
    desk = mail_desk(tmp_path, mail_server, smtp_server, store=create_database(postgres_server))
    desk.add_user()
    mail_server.deliver("icc@northgate.example", letter())
    desk.command("run", "--once")
    desk.command("approve", str(desk.rows("drafts")[0]["id"]), "--as", "kim")
    desk.command("run", "--once")
    (reply,) = mail_of(mail_server, "customer")
    assert reply["In-Reply-To"] == "<first@customer.example>"
    assert desk.rows("items")[0]["number"] == "CD-1001"
