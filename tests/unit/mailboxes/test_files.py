from __future__ import annotations

import io
import mailbox
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import NotFoundError
from bot.mailboxes.files import read_all

ONE = b"Subject: one\r\n\r\nbody\r\n"
TWO = b"Subject: two\n\n>From here on\nF\xc3\xbcr Sie\n"


def raws(*paths: Path) -> list[bytes]:
    return [each.raw for each in read_all([str(path) for path in paths])]


def test_a_file_is_one_message_byte_for_byte_with_the_date_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(ONE)
    os.utime(path, (1_756_700_000, 1_756_700_000))
    (found,) = read_all([str(path)])
    assert found == (str(path), datetime.fromtimestamp(1_756_700_000, UTC), ONE)


def test_a_folder_is_read_with_all_that_lies_below_it(tmp_path: Path) -> None:
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "b.EML").write_bytes(ONE)
    (tmp_path / "sub" / "deep" / "c.eml").write_bytes(TWO)
    (tmp_path / "notes.txt").write_bytes(b"no message")
    assert raws(tmp_path) == [ONE, TWO]


def test_a_maildir_is_read_without_what_is_still_being_written(tmp_path: Path) -> None:
    for name, raw in (("new/1.a", ONE), ("cur/2.b:2,S", TWO), ("tmp/3.c", b"half")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    assert sorted(raws(tmp_path)) == sorted([ONE, TWO])


def test_an_mbox_gives_back_what_was_put_in(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(
        b"From pat@x.example Tue Sep  1 12:00:00 2026\nSubject: one\n\n>From here\n>>From there\n> From me\n\n"
        b"From sam@x.example no date\nSubject: two\n\nF\xc3\xbcr Sie\n"
    )
    first, second = read_all([str(path)])
    assert first.raw == b"Subject: one\n\nFrom here\n>From there\n> From me\n"
    assert first.received_at == datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert second.raw == b"Subject: two\n\nF\xc3\xbcr Sie\n"
    assert [each.pointer for each in (first, second)] == [f"{path}#1", f"{path}#2"]


def test_an_mbox_written_by_the_standard_library_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box.mbox")
    box.add(b"Subject: one\n\nhello\n")
    box.close()
    assert raws(tmp_path) == [b"Subject: one\n\nhello\n"]


def test_a_hyphen_is_one_message_on_standard_input() -> None:
    (found,) = read_all(["-"], io.BytesIO(ONE))
    assert (found.pointer, found.raw) == ("-", ONE)


def test_a_path_that_is_not_there_is_named_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    with pytest.raises(NotFoundError, match=r"missing\.eml"):
        read_all([str(tmp_path / "a.eml"), str(tmp_path / "missing.eml")])
