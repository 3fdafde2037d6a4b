"""A backup of the desk at work, and what the desk does after it is put back."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.databases.postgres import create_database
from tests.desks.desk import DeskUnderTest, mail_desk
from tests.e2e.letters import letter, mail_of
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer

# Above this a raw message lies in the blob folder.
LONG = "We are still waiting for the corrected invoice INV-55120.\n" * 2000


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    made = mail_desk(tmp_path / "first", mail_server, smtp_server)
    made.add_user()
    return made


def _restored(desk: DeskUnderTest, tmp_path: Path, source: Path) -> tuple[DeskUnderTest, str]:
    copy = replace(desk, folder=tmp_path / "second")
    return copy, copy.command("restore", source)


def _approved(
    desk: DeskUnderTest, mail_server: MailServer, message_id: str = "first@customer.example"
) -> dict[str, object]:
    """One letter taken in, its draft approved and waiting in the outbox."""
    mail_server.deliver("icc@northgate.example", letter(message_id=message_id))
    desk.command("run", "--once")
    draft = desk.rows("drafts", "--state", "open")[0]
    desk.command("approve", str(draft["id"]), "--as", "kim")
    return desk.rows("outbox")[0]


def test_what_was_sent_after_the_backup_is_not_sent_again(
    desk: DeskUnderTest, mail_server: MailServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    queued = _approved(desk, mail_server)
    desk.command("backup", tmp_path / "backup")
    assert "1 sent" in desk.command("run", "--once")
    restored, told = _restored(desk, tmp_path, tmp_path / "backup")
    assert "1 outbox entries are held" in told
    for _ in range(2):
        restored.command("run", "--once")
    assert len(smtp_server.accepted) == 1
    # The copy in the Sent folder proves it.
    (entry,) = restored.rows("outbox")
    assert (entry["message_id"], entry["state"]) == (queued["message_id"], "sent")
    assert [copy["Message-ID"] for copy in mail_of(mail_server, "icc", "Sent")] == [f"<{queued['message_id']}>"]


def test_what_nobody_can_tell_about_waits_for_a_person(
    desk: DeskUnderTest, mail_server: MailServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    _approved(desk, mail_server)
    desk.command("backup", tmp_path / "backup.tar")
    restored, _ = _restored(desk, tmp_path, tmp_path / "backup.tar")
    restored.command("run", "--once")
    (entry,) = restored.rows("outbox")
    assert (entry["state"], len(smtp_server.accepted)) == ("uncertain", 0)
    assert "restored from a backup" in entry["error"]
    restored.command("outbox", "--decide", str(entry["id"]), "again", "--as", "kim")
    assert "1 sent" in restored.command("run", "--once")


def test_a_draft_that_may_be_answered_already_must_be_read_again(
    desk: DeskUnderTest, mail_server: MailServer, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    mail_server.deliver("icc@northgate.example", letter())
    desk.command("run", "--once")
    desk.command("backup", tmp_path / "backup")
    (draft,) = desk.rows("drafts")
    desk.command("approve", str(draft["id"]), "--as", "kim")
    desk.command("run", "--once")
    restored, _ = _restored(desk, tmp_path, tmp_path / "backup")
    restored.command("approve", str(draft["id"]), "--as", "kim", expect=1)
    restored.command("run", "--once")
    assert len(smtp_server.accepted) == 1
    assert "Look into Sent" in restored.command("show", str(draft["item"]))


def test_after_a_restore_nothing_is_lost_doubled_or_numbered_twice(
    desk: DeskUnderTest, mail_server: MailServer, tmp_path: Path
) -> None:
    mail_server.deliver("icc@northgate.example", letter(text=LONG))
    desk.command("run", "--once")
    desk.command("backup", tmp_path / "backup")
    later = letter("Another matter", message_id="later@customer.example", sender="Bo <bo@other.example>")
    mail_server.deliver("icc@northgate.example", later)
    desk.command("run", "--once")
    seen = {item["number"] for item in desk.rows("items")}

    restored, _ = _restored(desk, tmp_path, tmp_path / "backup")
    printed = restored.command("run", "--once")
    assert printed.splitlines()[1].split() == ["icc", "2", "2", "0", "0", "0", "0", "yes"]
    numbers = [item["number"] for item in restored.rows("items")]
    assert len(numbers) == len(seen) == 2
    # What came after the backup comes again, under a number that no customer has seen for anything else.
    assert min(seen) in numbers
    assert max(seen) not in numbers
    assert "0 newer ones not sealed yet" in restored.command("record", "--verify")


def test_replies_to_what_was_sent_before_still_find_their_thread(
    desk: DeskUnderTest, mail_server: MailServer, tmp_path: Path
) -> None:
    _approved(desk, mail_server)
    desk.command("run", "--once")
    (reply,) = mail_of(mail_server, "customer")
    desk.command("backup", tmp_path / "backup")
    restored, _ = _restored(desk, tmp_path, tmp_path / "backup")
    # Its token is one of the old installation, so only the reference and the sender speak for it.
    answer = letter(str(reply["Subject"]), message_id="2@customer.example", references=[str(reply["Message-ID"])[1:-1]])
    mail_server.deliver("icc@northgate.example", answer)
    restored.command("run", "--once")
    (item,) = restored.rows("items")
    assert item["messages"] == 2


def test_a_backup_of_the_desk_at_work_is_whole(desk: DeskUnderTest, mail_server: MailServer, tmp_path: Path) -> None:
    stop, taken = threading.Event(), []

    def write() -> None:
        count = 0
        while not stop.is_set():
            count += 1
            raw = letter(
                f"Letter {count}", LONG if count % 3 == 0 else "Please send it.", message_id=f"{count}@x.example"
            )
            mail_server.append("icc", raw)

    writer = threading.Thread(target=write)
    with desk.running():
        writer.start()
        try:
            for number in range(3):
                done = desk.process("backup", tmp_path / f"backup{number}")
                assert done.returncode == 0, done.stderr
                taken.append(tmp_path / f"backup{number}")
        finally:
            stop.set()
            writer.join()
    for folder in taken:
        manifest = json.loads((folder / "backup.json").read_text())
        assert sha256((folder / "store.sqlite3").read_bytes()).hexdigest() == manifest["database"]
        with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
            named = [
                row[0]
                for row in connection.execute("SELECT coalesce(blob, sha256) FROM raw_message WHERE content IS NULL")
            ]
        for digest in named:
            assert sha256((folder / "blobs" / digest[:2] / digest).read_bytes()).hexdigest() == digest


def test_a_restore_needs_an_empty_place_and_a_whole_backup(
    desk: DeskUnderTest, mail_server: MailServer, tmp_path: Path
) -> None:
    mail_server.deliver("icc@northgate.example", letter())
    desk.command("run", "--once")
    desk.command("backup", tmp_path / "backup")
    assert "is there already" in desk.command("restore", tmp_path / "backup", expect=1)
    assert "is there already" in desk.command("backup", tmp_path / "backup", expect=1)
    damaged = bytearray((tmp_path / "backup" / "store.sqlite3").read_bytes())
    damaged[5000] ^= 1
    (tmp_path / "backup" / "store.sqlite3").write_bytes(damaged)
    copy = replace(desk, folder=tmp_path / "second")
    assert "was changed since it was copied" in copy.command("restore", tmp_path / "backup", expect=1)
    (tmp_path / "backup" / "backup.json").unlink()
    assert "is no whole backup" in copy.command("restore", tmp_path / "backup", expect=1)
    assert list(copy.folder.rglob("*.sqlite3*")) == []


def test_a_restore_that_was_broken_off_is_begun_anew(
    desk: DeskUnderTest, mail_server: MailServer, tmp_path: Path
) -> None:
    _approved(desk, mail_server)
    desk.command("backup", tmp_path / "backup")
    copy = replace(desk, folder=tmp_path / "second")
    half = copy.config / "desk.sqlite3.restoring"
    half.write_bytes((tmp_path / "backup" / "store.sqlite3").read_bytes()[:4096])
    half.with_name("desk.sqlite3.restoring-wal").write_bytes(b"torn")
    assert "1 outbox entries are held" in copy.command("restore", tmp_path / "backup")
    assert sorted(path.name for path in copy.config.glob("desk.sqlite3*")) == ["desk.sqlite3"]


def test_a_lost_raw_message_is_told_and_the_rest_is_copied(
    desk: DeskUnderTest, mail_server: MailServer, tmp_path: Path
) -> None:
    mail_server.deliver("icc@northgate.example", letter(text=LONG))
    desk.command("run", "--once")
    (blob,) = (path for path in desk.folder.rglob("blobs/*/*") if path.is_file())
    blob.write_bytes(b"changed")
    assert "was changed" in desk.command("backup", tmp_path / "backup", expect=1)
    assert (tmp_path / "backup" / "backup.json").is_file()


def test_on_postgresql_pg_dump_copies_the_database_and_the_desk_the_rest(
    desk: DeskUnderTest, mail_server: MailServer, smtp_server: SmtpServer, postgres_server: str, tmp_path: Path
) -> None:
    desk.store = create_database(postgres_server)
    desk.write_config()
    desk.add_user()
    for raw in (letter(), letter("Waiting", LONG, message_id="long@customer.example", sender="Cy <cy@y.example>")):
        mail_server.deliver("icc@northgate.example", raw)
    desk.command("run", "--once")
    draft = next(one for one in desk.rows("drafts") if one["to"] == ["customer@customer.example"])
    desk.command("approve", str(draft["id"]), "--as", "kim")
    assert "pg_dump" in desk.command("backup", tmp_path / "backup", expect=1)
    assert not (tmp_path / "backup").exists()
    desk.command("backup", "--blobs-only", tmp_path / "backup")
    # The database itself stands for what pg_restore puts back.
    copy = replace(desk, folder=tmp_path / "second")
    assert "--database-restored" in copy.command("restore", tmp_path / "backup", expect=1)
    assert "1 outbox entries are held" in copy.command("restore", "--database-restored", tmp_path / "backup")
    copy.command("run", "--once")
    assert (copy.rows("outbox")[0]["state"], smtp_server.accepted) == ("uncertain", [])
    mail_server.deliver("icc@northgate.example", letter("New", message_id="n@x.example", sender="Bo <bo@x.example>"))
    copy.command("run", "--once")
    numbers = sorted(int(item["number"][3:]) for item in copy.rows("items"))
    assert numbers[-1] - numbers[0] > 9_000
