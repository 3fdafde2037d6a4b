"""What no decent IMAP server does, from a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.errors import LoginRefusedError, MailboxUnreachableError
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap import ImapMailbox
from tests.contract.places import EVERYTHING, LIMITS, make_raw, subject_numbers
from tests.mailserver.scripted_imap import (
    SELECTED,
    Answering,
    ScriptedImapServer,
    fetch_answer,
    size_answer,
)

RAWS = {uid: make_raw(uid) for uid in (1, 2, 3)}


def uids_in(command: str) -> list[int]:
    found: list[int] = []
    for part in command.split(" ")[2].split(","):
        first, _, last = part.partition(":")
        found += range(int(first), int(last or first) + 1)
    return [uid for uid in found if uid in RAWS]


def decent(command: str) -> bytes:
    """Three messages, told and fetched as they should be."""
    if command.startswith("UID SEARCH"):
        wanted = command.rpartition(" ")[2]
        first, _, last = wanted.partition(":")
        top = 10 if last == "*" else int(last or first)
        return b"* SEARCH " + " ".join(str(uid) for uid in RAWS if int(first) <= uid <= top).encode() + b"\r\n"
    if "RFC822.SIZE" in command:
        return b"".join(size_answer(uid, len(RAWS[uid])) for uid in uids_in(command))
    if "BODY.PEEK[]" in command:
        return b"".join(fetch_answer(uid, "BODY[]", RAWS[uid]) for uid in uids_in(command))
    return b""


@contextmanager
def open_mailbox(answer: Answering, selected: bytes = SELECTED) -> Iterator[tuple[ImapMailbox, ScriptedImapServer]]:
    with ScriptedImapServer(answer, selected) as server:
        account = ImapAccount("icc", "icc@x.example", server.host, "icc", "secret", server.port, "none", timeout=3)
        mailbox = ImapMailbox(account)
        try:
            yield mailbox, server
        finally:
            mailbox.close()


def is_body_fetch_of(command: str, uid: int) -> bool:
    return "BODY.PEEK[]" in command and uid in uids_in(command)


def test_the_script_itself_is_decent() -> None:
    with open_mailbox(decent) as (mailbox, server):
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert subject_numbers(batch) == [1, 2, 3]
        assert mailbox.fetch(batch.cursor, EVERYTHING, LIMITS).fetched == ()
        assert server.logins == 1
        assert not any("0:*" in command or "BODY[" in command for command in server.commands)


def test_a_connection_cut_in_mid_message_gives_nothing_of_that_batch() -> None:
    def answer(command: str) -> bytes:
        if is_body_fetch_of(command, 2) and len(uids_in(command)) > 1:
            torn = fetch_answer(2, "BODY[]", RAWS[2])[:-40]
            return b"cut:" + fetch_answer(1, "BODY[]", RAWS[1]) + torn
        return decent(command)

    with open_mailbox(answer) as (mailbox, _):
        with pytest.raises(MailboxUnreachableError, match="the poll failed"):
            mailbox.fetch(None, EVERYTHING, LIMITS)
        assert [each.raw for each in mailbox.fetch(None, EVERYTHING, LIMITS).fetched] == list(RAWS.values())


def test_a_message_that_always_breaks_the_connection_does_not_keep_the_others_from_us() -> None:
    def answer(command: str) -> bytes:
        return b"cut:* 2 FETCH (UID 2 BODY[] {500}\r\nabc" if is_body_fetch_of(command, 2) else decent(command)

    with open_mailbox(answer) as (mailbox, _):
        with pytest.raises(MailboxUnreachableError):
            mailbox.fetch(None, EVERYTHING, LIMITS)
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert [each.problem for each in batch.fetched] == ["", "unreadable", ""]
        assert subject_numbers(batch) == [1, 3]


def test_a_body_of_nil_is_asked_for_again_and_then_told_as_unreadable() -> None:
    def answer(command: str) -> bytes:
        if is_body_fetch_of(command, 2):
            return b"".join(fetch_answer(uid, "BODY[]", None if uid == 2 else RAWS[uid]) for uid in uids_in(command))
        return decent(command)

    with open_mailbox(answer) as (mailbox, server):
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert [(each.pointer, each.problem) for each in batch.fetched] == [
            ("7:1", ""),
            ("7:2", "unreadable"),
            ("7:3", ""),
        ]
        assert any(command.startswith("UID FETCH 2 ") and "BODY" in command for command in server.commands)


def test_a_body_of_nil_that_comes_at_the_second_time_is_taken() -> None:
    def answer(command: str) -> bytes:
        if is_body_fetch_of(command, 2) and len(uids_in(command)) > 1:
            return (
                fetch_answer(1, "BODY[]", RAWS[1]) + fetch_answer(2, "BODY[]", None) + decent("UID FETCH 3 BODY.PEEK[]")
            )
        return decent(command)

    with open_mailbox(answer) as (mailbox, _):
        assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [1, 2, 3]


@pytest.mark.parametrize(
    "garbage",
    [
        b"* 2 FETCH (UID 2 BODY[] {3}\r\nabcdefg)\r\n",
        b"* 2 FETCH (UID\r\n",
        b"* 2 FETCH (UID two BODY[] NIL)\r\n",
        b"* 2 FETCH ((\r\n",
        b"what is this\r\n",
    ],
)
def test_one_answer_that_cannot_be_read_does_not_lose_the_others(garbage: bytes) -> None:
    def answer(command: str) -> bytes:
        if is_body_fetch_of(command, 2):
            return b"".join(garbage if uid == 2 else fetch_answer(uid, "BODY[]", RAWS[uid]) for uid in uids_in(command))
        return decent(command)

    with open_mailbox(answer) as (mailbox, _):
        batch = mailbox.fetch(None, EVERYTHING, LIMITS)
        assert [each.problem for each in batch.fetched] == ["", "unreadable", ""]
        assert subject_numbers(batch) == [1, 3]
        assert batch.cursor["uid"] == "3"


def test_a_folder_without_uidvalidity_fails_loudly() -> None:
    no_uidvalidity = pytest.raises(MailboxUnreachableError, match="no UIDVALIDITY for folder INBOX")
    with open_mailbox(decent, selected=b"* 3 EXISTS\r\n") as (mailbox, _), no_uidvalidity:
        mailbox.fetch(None, EVERYTHING, LIMITS)


def test_a_server_that_gives_no_uidnext_is_asked_for_its_last_message() -> None:
    def answer(command: str) -> bytes:
        return b"* SEARCH 3\r\n" if command.endswith("UID *") else decent(command)

    with open_mailbox(answer, selected=b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n") as (mailbox, _):
        assert not mailbox.wait_for_news(0.1)


def test_news_that_a_server_repeats_without_end_does_not_bring_the_last_message_twice() -> None:
    def answer(command: str) -> bytes:
        return b"* SEARCH 3\r\n" if command.endswith("UID 4:*") else decent(command)

    with open_mailbox(answer) as (mailbox, _):
        cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
        assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()


def test_a_server_that_hangs_is_left_after_the_timeout() -> None:
    with ScriptedImapServer(decent) as server:
        account = ImapAccount("icc", "a@x.example", server.host, "icc", "secret", server.port, "none", timeout=0.3)
        mailbox = ImapMailbox(account)
        server.hang = True
        with pytest.raises(MailboxUnreachableError):
            mailbox.fetch(None, EVERYTHING, LIMITS)
        mailbox.close()


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_message() -> None:
    with ScriptedImapServer(decent) as server:
        server.login_answer = b"NO secret is not the password"
        account = ImapAccount("icc", "a@x.example", server.host, "icc", "secret", server.port, "none", timeout=3)
        with pytest.raises(LoginRefusedError, match=r"\*\*\* is not the password"):
            ImapMailbox(account).fetch(None, EVERYTHING, LIMITS)
