"""What reads an IMAP server can hang, flood and die, and takes nothing with it but itself."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable

import pytest

from bot.errors import MailboxUnreachableError
from bot.mail.cursor import Cursor
from bot.mailboxes import imap_put_off
from bot.mailboxes.imap import ImapMailbox
from bot.mailboxes.imap_process import starter
from tests.contract.places import EVERYTHING, LIMITS, ImapPlace, make_raw, subject_numbers
from tests.contract.test_mailbox_imap_misbehaving import decent, is_body_fetch_of, open_mailbox
from tests.mailserver.scripted_imap import FOREVER, Answering, fetch_answer

BEGIN_OF_2 = b"* 2 FETCH (UID 2 BODY[] "


def at_body_of_2(act: Callable[[], bytes]) -> Answering:
    return lambda command: act() if is_body_fetch_of(command, 2) else decent(command)


def later(cursor: Cursor) -> Cursor:
    """The cursor as it is once another try counts."""
    older = [imap_put_off.PutOff(one.uid, one.tries, 0) for one in imap_put_off.read(cursor["put_off"])]
    return {**cursor, "put_off": imap_put_off.write(older)}


def reader_of(mailbox: ImapMailbox) -> int:
    return mailbox._connection.current()._process._pid  # noqa: SLF001


@pytest.mark.parametrize(
    "answer",
    [
        FOREVER + BEGIN_OF_2 + b"{500}\r\n",
        FOREVER + b"* OK still here\r\n",
        FOREVER + b"* 2 FETCH (UID 2 FLAGS (",
        b"cut:" + BEGIN_OF_2 + b"{500}\r\nabc",
    ],
)
def test_what_hangs_or_breaks_over_one_message_puts_that_one_off_and_no_other(answer: bytes) -> None:
    with open_mailbox(at_body_of_2(lambda: answer), timeout=0.3) as (mailbox, _):
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert subject_numbers(batch) == [1, 3]
        assert [each.problem for each in batch.fetched] == ["", ""]
        assert batch.cursor["put_off"].startswith("2=1@")


def test_a_message_put_off_three_times_is_given_up_with_its_head() -> None:
    def answer(command: str) -> bytes:
        if "BODY.PEEK[HEADER]" in command:
            return fetch_answer(2, "BODY[HEADER]<0>", b"Subject: mail 2\r\n\r\n")
        return at_body_of_2(lambda: b"cut:" + BEGIN_OF_2)(command) or b""

    with open_mailbox(answer) as (mailbox, _):
        cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
        # At once again is no other try: a line that is cut for a minute must blame nothing.
        assert mailbox.fetch(cursor, EVERYTHING, LIMITS).cursor == cursor
        cursor = mailbox.fetch(later(cursor), EVERYTHING, LIMITS).cursor
        assert cursor["put_off"].startswith("2=2@")
        # Another process goes on from the cursor alone.
        mailbox.close()
        last = mailbox.fetch(later(cursor), EVERYTHING, LIMITS)
        assert [(each.pointer, each.problem, each.head) for each in last.fetched] == [
            ("7:2", "unreadable", b"Subject: mail 2\r\n\r\n")
        ]
        assert "put_off" not in last.cursor
        assert last.cursor["uid"] == "3"


def test_a_message_put_off_that_can_be_read_later_is_handed_out() -> None:
    is_broken = iter([True, True])
    answer = at_body_of_2(lambda: b"cut:x" if next(is_broken, False) else fetch_answer(2, "BODY[]", make_raw(2)))
    with open_mailbox(answer) as (mailbox, _):
        cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
        second = mailbox.fetch(cursor, EVERYTHING, LIMITS)
        assert subject_numbers(second) == [2]
        assert (second.cursor["uid"], second.cursor.get("put_off")) == ("3", None)


def test_where_no_message_can_be_read_none_is_blamed() -> None:
    def answer(command: str) -> bytes:
        return b"cut:x" if "BODY.PEEK[]" in command else decent(command)

    nothing_read = pytest.raises(MailboxUnreachableError, match="whatever message")
    with open_mailbox(answer) as (mailbox, _), nothing_read:
        mailbox.fetch(None, EVERYTHING, LIMITS)


@pytest.mark.parametrize(
    "answer",
    [
        FOREVER + BEGIN_OF_2 + b"{4000000000}\r\n" + b"x" * 100_000,
        FOREVER + BEGIN_OF_2 + b"{900000000}\r\n" + b"x" * 100_000,
        FOREVER + b"* OK " + b"x" * 500_000 + b"\r\n",
        FOREVER + b"x" * 2_000_000,
    ],
    ids=["a literal without end", "a large literal", "lines without end", "one line without end"],
)
def test_an_answer_without_end_is_left_before_it_fills_the_memory(answer: bytes) -> None:
    with open_mailbox(at_body_of_2(lambda: answer)) as (mailbox, server):
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert [each.problem for each in batch.fetched] == ["", "unreadable", ""]
    # It was asked for three times: 8 MB each, and what lay in the buffers of the system.
    assert server.flooded < 3 * 16_000_000


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_reader_that_dies_or_freezes_costs_its_own_mailbox_one_message_and_others_nothing(
    how: signal.Signals, dovecot: ImapPlace
) -> None:
    def harm() -> bytes:
        os.kill(reader_of(mailbox), how)
        return decent("UID FETCH 2 (BODY.PEEK[])")

    dovecot.put(make_raw(1))
    other = dovecot.open()
    cursor = other.fetch(None, EVERYTHING, LIMITS).cursor
    with open_mailbox(at_body_of_2(harm), timeout=0.3) as (mailbox, _):
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert subject_numbers(batch) == [1, 3]
        assert batch.cursor["put_off"].startswith("2=1@")
    reader = reader_of(other)
    dovecot.put(make_raw(2))
    assert subject_numbers(other.fetch(cursor, EVERYTHING, LIMITS)) == [2]
    assert reader_of(other) == reader


def test_where_the_process_that_readers_come_from_was_killed_another_takes_its_place(dovecot: ImapPlace) -> None:
    mailbox = dovecot.open()
    cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
    process = starter()._process  # noqa: SLF001
    assert process is not None
    process.kill()
    process.wait()
    dovecot.put(make_raw(1))
    # A reader outlives it, and a new connection finds a new one.
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]
    assert subject_numbers(dovecot.open().fetch(None, EVERYTHING, LIMITS)) == [1]


def test_no_reader_outlives_its_mailbox(dovecot: ImapPlace) -> None:
    mailbox = dovecot.open()
    mailbox.check()
    reader = os.pidfd_open(reader_of(mailbox))
    mailbox.close()
    ended, _, _ = select.select([reader], [], [], 10)
    os.close(reader)
    assert ended
