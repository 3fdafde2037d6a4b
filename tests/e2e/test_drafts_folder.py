"""A mailbox whose people send approved replies themselves, from its Drafts folder on a real server."""

from __future__ import annotations

from pathlib import Path

from tests.desks.desk import MailboxConfig, mail_desk
from tests.e2e.letters import letter, mail_of
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer


def _person_sends_from_drafts(server: MailServer, change: tuple[str, str]) -> None:
    """As a mail program does it: the corrected text lies in Sent under another Message-ID, and Drafts is empty."""
    (draft,) = mail_of(server, "icc", "Drafts")
    del draft["Message-ID"]
    draft["Message-ID"] = "<corrected@mail.program>"
    draft.set_content(draft.get_content().replace(*change))
    with server.imap("icc") as connection:
        connection.append("Sent", "(\\Seen)", None, draft.as_bytes())  # type: ignore[arg-type]
        connection.select("Drafts")
        connection.store("1", "+FLAGS", "\\Deleted")
        connection.expunge()


def test_a_mailbox_whose_people_send_from_drafts(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    boxes = [MailboxConfig("icc", more='approved = "drafts"')]
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=boxes)
    desk.add_user()
    mail_server.deliver("icc@northgate.example", letter())
    desk.command("run", "--once")
    desk.command("approve", str(desk.rows("drafts")[0]["id"]), "--as", "kim")
    for _ in range(2):
        assert "0 sent" in desk.command("run", "--once")
        (draft,) = mail_of(mail_server, "icc", "Drafts")
    assert draft["In-Reply-To"] == "<first@customer.example>"
    assert [(row["state"], row["sent_at"]) for row in desk.rows("outbox")] == [("in_drafts", None)]

    _person_sends_from_drafts(mail_server, ("INV-55120", "INV-55120 of yours"))
    for _ in range(2):
        desk.command("run", "--once")
        (row,) = desk.rows("outbox")
        assert (row["state"], row["changed"]) == ("sent", True)
    assert smtp_server.accepted == []
    assert len(mail_of(mail_server, "icc", "Sent")) == 1

    answer = letter(
        "Re: thanks", "Thank you.\n", message_id="third@customer.example", references=["corrected@mail.program"]
    )
    mail_server.deliver("icc@northgate.example", answer)
    desk.command("run", "--once")
    (item,) = desk.rows("items")
    (shown,) = desk.rows("show", item["number"])
    assert [one["direction"] for one in shown["conversation"]] == ["inbound", "outbound", "inbound"]
    assert "INV-55120 of yours" in shown["conversation"][1]["text"]
