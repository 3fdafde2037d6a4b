"""The watchdog and the canary on real servers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.steps.canary import send_canary
from tests.desks.desk import DeskUnderTest, MailboxConfig, mail_desk
from tests.desks.opened import opened
from tests.e2e.letters import letter, mail_of
from tests.mailserver.scripted_imap import ScriptedImapServer
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer

RULE = """\
require ["fileinto", "mailbox"];
if address :is "to" "credit@northgate.example" { fileinto :create "Desk"; stop; }
"""
CANARY = 'canary = "icc@northgate.example"'
WATCH = """
[watch]
look_every = "1s"
silent_after = "2s"
mail_to = ["tax-exempt@northgate.example"]
"""


def _until(is_true: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@dataclass
class _Ports:
    imap: int


@dataclass
class _Hanging:
    """A server that takes the connection and then says nothing any more."""

    ports: _Ports


def test_a_poller_that_hangs_is_told_to_staff(tmp_path: Path, smtp_server: SmtpServer) -> None:
    with ScriptedImapServer(lambda _command: b"") as server:
        server.hang = True
        icc = MailboxConfig("icc", more='poll_every = "1s"')
        desk = mail_desk(tmp_path, _Hanging(_Ports(server.port)), smtp_server, mailboxes=[icc])  # type: ignore[arg-type]
        mailboxes = desk.config / "mailboxes.toml"
        mailboxes.write_text(mailboxes.read_text().replace('poll_every = "30s"\n', ""))
        bot = desk.config / "bot.toml"
        bot.write_text(bot.read_text() + WATCH)
        with desk.running():
            _until(lambda: bool(smtp_server.accepted))
        (alarm,) = smtp_server.accepted
        assert alarm.recipients == ("tax-exempt@northgate.example",)
        assert b"no successful look into icc" in alarm.raw
        assert "ALARM  no successful look into icc" in desk.command("check", expect=1)


def _with_canary(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer, folder: str) -> DeskUnderTest:
    return mail_desk(tmp_path, mail_server, smtp_server, mailboxes=[MailboxConfig("icc", folder=folder, more=CANARY)])


def _send(desk: DeskUnderTest) -> None:
    with opened(desk) as wired:
        table = wired.settings.mailboxes["icc"]
        ports = {"store": wired.store, "sender": wired.sender, "clock": wired.clock, "operator": wired.operator}
        send_canary("icc", table.canary, **ports)  # type: ignore[arg-type]


def _canary(desk: DeskUnderTest) -> tuple[bool, bool]:
    """Whether the newest one arrived, and whether it was changed."""
    with opened(desk) as wired:
        found = wired.health().facts.mailboxes["icc"].canary
    assert found is not None
    return found.arrived_at is not None, found.was_altered


def test_a_canary_comes_through_the_rule_and_is_nobodys_item(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    desk = _with_canary(tmp_path, mail_server, smtp_server, "Desk")
    printed_rule = desk.process("mailbox-rule", "icc", "--for", "sieve")
    mail_server.install_sieve("icc", printed_rule.stdout.decode())
    assert b"The canary goes to icc@northgate.example" in printed_rule.stderr
    _send(desk)
    mail_server.deliver("icc@northgate.example", letter())
    printed = desk.command("run", "--once")
    assert printed.splitlines()[1].split() == ["icc", "2", "2", "0", "0", "0", "0", "yes"]
    assert _canary(desk) == (True, False)
    (item,) = desk.rows("items")
    assert item["messages"] == 1
    assert desk.rows("quarantine") == []


def test_a_rule_that_does_not_catch_it_is_found_out(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    mail_server.install_sieve("icc", RULE)
    desk = _with_canary(tmp_path, mail_server, smtp_server, "Desk")
    mail_server.append("icc", letter(), "INBOX")
    with mail_server.imap("icc") as connection:
        connection.create("Desk")
    _send(desk)
    desk.command("run", "--once")
    assert _canary(desk) == (False, False)


def test_a_rule_that_forwards_it_is_found_out_and_makes_no_item(
    tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer
) -> None:
    desk = _with_canary(tmp_path, mail_server, smtp_server, "Desk")
    with mail_server.imap("icc") as connection:
        connection.create("Desk")
    _send(desk)
    (original,) = mail_of(mail_server, "icc")
    forward = letter(f"FW: {original['Subject']}", "See below.", message_id="f@x.example", sender="Rule <r@x.example>")
    mail_server.append("icc", forward, "Desk")
    desk.command("run", "--once")
    assert _canary(desk) == (False, True)
    assert desk.rows("items") == []
    (held,) = desk.rows("quarantine")
    assert "forwards where it should redirect" in held["reason"]


def test_nobody_hides_mail_behind_a_canary(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> None:
    desk = _with_canary(tmp_path, mail_server, smtp_server, "INBOX")
    _send(desk)
    desk.command("run", "--once")
    (original,) = mail_of(mail_server, "icc")
    known = str(original["Message-ID"])[1:-1]
    guessed = re.sub(r"\.[0-9a-f]{20}@", f".{'0' * 20}@", known)
    for message_id, subject in (
        (known, "Refund"),
        (guessed, "Refund INV-1"),
        ("x@x.example", "Creditdesk canary [cd.canary.1]"),
    ):
        raw = letter(subject, message_id=message_id, sender="Bo <bo@other.example>")
        mail_server.append("icc", raw)
    desk.command("run", "--once")
    # The one with a true id is held for a person; the others are mail like any other.
    assert len(desk.rows("quarantine")) == 1
    assert sum(item["messages"] for item in desk.rows("items")) == 2
