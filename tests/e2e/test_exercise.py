"""`creditdesk check --exercise`: one mail all the way round, over real servers."""

from __future__ import annotations

from pathlib import Path

from tests.desks.desk import MailboxConfig, mail_desk
from tests.e2e.letters import mail_of
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer


def test_each_step_of_the_trial_is_told_and_the_desk_leaves_it_aside(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    box = MailboxConfig("icc", more='after_store = "keyword:Stored"')
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[box])
    told = desk.command("check", "--exercise", "icc").splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "ok     opening the mailbox",
        "ok     looking at what is there",
        "ok     sending from icc@northgate.example to itself",
        "ok     finding its copy in the folder of sent mail",
        "ok     reading it where the desk reads mail",
        "ok     moving or marking it, as after_store says",
    ]
    (copy,) = mail_of(mail_server, "icc", "Sent")
    assert copy["Auto-Submitted"] == "auto-generated"
    desk.command("run", "--once")
    assert desk.rows("items") == desk.rows("quarantine") == []


def test_a_trial_that_does_not_arrive_is_told(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> None:
    with mail_server.imap("icc") as connection:
        connection.create("Elsewhere")
    desk = mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[MailboxConfig("icc", folder="Elsewhere")])
    told = desk.command("check", "--exercise", "icc", "--patience", "0", expect=1)
    assert "FAILED reading it where the desk reads mail: it did not arrive within 0 s" in told
    assert "there is no mailbox nowhere" in desk.command("check", "--exercise", "nowhere", expect=1)
