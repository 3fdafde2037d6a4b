from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.errors import MailboxUnreachableError
from bot.mail.cursor import BatchLimits, Start
from bot.mailboxes.account import MaildirAccount
from bot.mailboxes.maildir import MaildirMailbox

ALL, LIMITS = Start(None), BatchLimits()


class Known:
    """Remembers what was stored, and how often it was asked."""

    def __init__(self) -> None:
        self.stored: set[str] = set()
        self.questions = 0

    def __call__(self, pointers: Sequence[str]) -> set[str]:
        self.questions += 1
        return self.stored.intersection(pointers)


def make_mailbox(path: Path, known: Known) -> MaildirMailbox:
    return MaildirMailbox(MaildirAccount("icc", "icc@x.example", path, path / "Sent", path / "Drafts"), known)


def make_maildir(path: Path) -> Path:
    for name in ("tmp", "new", "cur"):
        (path / name).mkdir()
    return path


def age(path: Path, seconds: int) -> None:
    for folder in (path / "new", path / "cur"):
        stamp = folder.stat().st_mtime - seconds
        os.utime(folder, (stamp, stamp))


def test_a_poll_of_a_quiet_maildir_does_not_look_at_its_files(tmp_path: Path) -> None:
    known = Known()
    mailbox = make_mailbox(make_maildir(tmp_path), known)
    age(tmp_path, 60)
    cursor = mailbox.fetch(None, ALL, LIMITS).cursor
    assert known.questions == 1
    assert mailbox.fetch(cursor, ALL, LIMITS).fetched == ()
    assert known.questions == 1
    (tmp_path / "new" / "1.a").write_bytes(b"Subject: one\n\n")
    assert len(mailbox.fetch(cursor, ALL, LIMITS).fetched) == 1


def test_a_listing_that_has_just_changed_is_looked_at_again(tmp_path: Path) -> None:
    known = Known()
    mailbox = make_mailbox(make_maildir(tmp_path), known)
    assert "listing" not in mailbox.fetch(None, ALL, LIMITS).cursor


def test_a_message_that_a_mail_program_marks_as_read_is_the_same_message(tmp_path: Path) -> None:
    known = Known()
    mailbox = make_mailbox(make_maildir(tmp_path), known)
    (tmp_path / "new" / "1.a").write_bytes(b"Subject: one\n\n")
    batch = mailbox.fetch(None, ALL, LIMITS)
    known.stored = {each.pointer for each in batch.fetched}
    (tmp_path / "new" / "1.a").rename(tmp_path / "cur" / "1.a:2,S")
    assert mailbox.fetch(batch.cursor, ALL, LIMITS).fetched == ()
    assert mailbox.pointers() == ["1.a"]


def test_a_message_that_is_renamed_between_list_and_reading_is_read(tmp_path: Path) -> None:
    make_maildir(tmp_path)
    path = tmp_path / "new" / "1.a"
    path.write_bytes(b"Subject: one\n\n")

    def rename_meanwhile(pointers: Sequence[str]) -> set[str]:
        path.rename(tmp_path / "cur" / "1.a:2,RS")
        return set()

    account = MaildirAccount("icc", "icc@x.example", tmp_path, tmp_path / "Sent", tmp_path / "Drafts")
    (found,) = MaildirMailbox(account, rename_meanwhile).fetch(None, ALL, LIMITS).fetched
    assert found.raw == b"Subject: one\n\n"


def test_a_message_that_is_deleted_between_list_and_reading_has_vanished(tmp_path: Path) -> None:
    make_maildir(tmp_path)
    path = tmp_path / "new" / "1.a"
    path.write_bytes(b"Subject: one\n\n")

    def delete_meanwhile(pointers: Sequence[str]) -> set[str]:
        path.unlink()
        return set()

    account = MaildirAccount("icc", "icc@x.example", tmp_path, tmp_path / "Sent", tmp_path / "Drafts")
    (found,) = MaildirMailbox(account, delete_meanwhile).fetch(None, ALL, LIMITS).fetched
    assert (found.raw, found.problem) == (None, "vanished")


def test_links_and_pipes_are_not_mail(tmp_path: Path) -> None:
    make_maildir(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("not for the desk")
    (tmp_path / "new" / "link").symlink_to(secret)
    os.mkfifo(tmp_path / "new" / "pipe")
    assert make_mailbox(tmp_path, Known()).fetch(None, ALL, LIMITS).fetched == ()


def test_a_plain_folder_holds_its_eml_files(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(b"Subject: one\n\n")
    (tmp_path / "notes.txt").write_bytes(b"no message")
    (found,) = make_mailbox(tmp_path, Known()).fetch(None, ALL, LIMITS).fetched
    assert found.pointer == "one.eml"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MailboxUnreachableError, match=r"there is no folder .*nowhere"):
        make_mailbox(tmp_path / "nowhere", Known()).fetch(None, ALL, LIMITS)
