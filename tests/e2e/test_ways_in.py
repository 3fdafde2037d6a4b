"""Mail that a rule pipes in, or that lies in files."""

from __future__ import annotations

import mailbox
import os
from pathlib import Path

import pytest

from tests.desks.desk import DeskUnderTest, mail_desk
from tests.e2e.letters import letter
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    return mail_desk(tmp_path, mail_server, smtp_server)


def test_a_message_piped_in_becomes_an_item_once(desk: DeskUnderTest) -> None:
    assert "1 stored, 0 duplicate" in desk.command("ingest", "--mailbox", "icc", "-", stdin=letter())
    assert "0 stored, 1 duplicate" in desk.command("ingest", "--mailbox", "icc", "-", stdin=letter())
    assert "1 stored" in desk.command("ingest", "-", stdin=letter("Other", message_id="other@customer.example"))
    assert len(desk.rows("items")) == 2


def test_files_folders_maildirs_and_mbox_are_ways_in(desk: DeskUnderTest, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.eml").write_bytes(letter(message_id="eml@customer.example"))
    box = mailbox.mbox(tmp_path / "old.mbox")
    box.add(letter(message_id="mbox@customer.example"))
    box.close()
    folder = mailbox.Maildir(tmp_path / "maildir")
    folder.add(letter(message_id="maildir@customer.example"))
    printed = desk.command("ingest", tmp_path / "in", tmp_path / "old.mbox", tmp_path / "maildir")
    assert "3 stored, 0 duplicate" in printed


def test_a_store_that_cannot_be_opened_asks_the_mail_server_to_try_again(desk: DeskUnderTest, tmp_path: Path) -> None:
    (tmp_path / "config" / "desk.sqlite3").mkdir()
    done = desk.process("ingest", "-", stdin=letter())
    assert done.returncode == os.EX_TEMPFAIL, done.stderr


def test_sorting_prints_one_line_of_the_contract_for_each_message(desk: DeskUnderTest, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(letter())
    (verdict,) = desk.rows("sort", str(tmp_path / "one.eml"))
    assert verdict["path"].endswith("one.eml")
    assert verdict["message_id"] == "first@customer.example"
    assert (verdict["side"], verdict["automatic"], verdict["best"]) == ("outside", None, "revision")
    assert verdict["invoices"] == ["INV-55120"]
    assert verdict["pos"] == ["4500781"]
    assert desk.rows("items") == []


def test_a_mistake_in_the_configuration_delays_piped_mail_and_never_returns_it(
    desk: DeskUnderTest, tmp_path: Path
) -> None:
    (tmp_path / "config" / "bot.toml").write_text("[company\n")
    done = desk.process("ingest", "-", stdin=letter())
    assert done.returncode == os.EX_TEMPFAIL, done.stderr
    assert b"bot.toml" in done.stderr
