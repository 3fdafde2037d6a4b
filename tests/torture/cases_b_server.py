"""B. Mailbox and cursor, where the server or the process is at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import LoginRefusedError, MailboxUnreachableError
from bot.mail.cursor import BatchLimits
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap import ImapMailbox
from bot.parsing import ChildParser, ParseLimits
from bot.steps.poll import Policy, poll
from bot.steps.receiving import Received
from tests.mailserver.scripted_imap import SELECTED, Answering, ScriptedImapServer, fetch_answer, size_answer
from tests.torture.desk import TortureDesk
from tests.torture.words import Case, letter

POLICY = Policy(since=lambda _: None, limits=BatchLimits(count=100))
LETTERS = {
    uid: letter(f"Message-ID: <{uid}@acme.example>\nSubject: dispute/other {uid}", f"Matter {uid}.")
    for uid in (2, 5, 9)
}
CRASH = "tests/torture/crash/test_crash.py::test_whatever_breaks_nothing_is_lost_and_nothing_is_sent_twice"


def decent(command: str) -> bytes:
    """Three messages with gaps between their UIDs, told and fetched as they should be."""
    if command.startswith("UID SEARCH"):
        uids = " ".join(str(uid) for uid in _asked(command.rpartition(" ")[2]))
        return f"* SEARCH {uids}\r\n".encode()
    if command.startswith("UID FETCH"):
        uids = _asked(command.split(" ")[2])
        if "RFC822.SIZE" in command:
            return b"".join(size_answer(uid, len(LETTERS[uid])) for uid in uids)
        return b"".join(fetch_answer(uid, "BODY[]", LETTERS[uid]) for uid in uids)
    return b""


def _asked(uids: str) -> list[int]:
    found = []
    for part in uids.split(","):
        first, _, last = part.partition(":")
        top = 10**6 if last == "*" else int(last or first)
        found += [uid for uid in LETTERS if int(first) <= uid <= top]
    return found


@contextmanager
def scripted(answer: Answering, selected: bytes = SELECTED) -> Iterator[tuple[ImapMailbox, ScriptedImapServer]]:
    with ScriptedImapServer(answer, selected) as server:
        box = ImapMailbox(
            ImapAccount("icc", "icc@northgate.example", server.host, "icc", "x", server.port, "none", timeout=3)
        )
        try:
            yield box, server
        finally:
            box.close()


def look(desk: TortureDesk, box: ImapMailbox, slug: str = "icc", policy: Policy = POLICY) -> Received:
    total = Received()
    while True:
        found = poll(slug, policy, store=desk.store, mailbox=box, clock=desk.clock)
        total += found.received
        if not found.has_more:
            return total


def _no_uidvalidity(desk: TortureDesk) -> None:
    selected = SELECTED.replace(b"* OK [UIDVALIDITY 7] ok\r\n", b"")
    with scripted(decent, selected) as (box, _), pytest.raises(MailboxUnreachableError, match="no UIDVALIDITY"):
        look(desk, box)
    assert "UIDVALIDITY" in desk.queries.mailboxes()[0].error
    with scripted(decent) as (box, _):
        assert look(desk, box, "invoicing").stored == 3
    assert desk.work().items == 3


def _gaps(desk: TortureDesk) -> None:
    jumped = SELECTED.replace(b"UIDNEXT 4", b"UIDNEXT 90000")
    with scripted(decent, jumped) as (box, server):
        assert look(desk, box).stored == 3
        assert look(desk, box) == Received()
        assert not any(re.search(r"\b0:", command) for command in server.commands)
    assert desk.work().items == 3


def _no_charset(desk: TortureDesk) -> None:
    def refuses(command: str) -> bytes:
        return b"* NO [BADCHARSET (US-ASCII)] no such charset\r\n" if "CHARSET" in command else decent(command)

    with scripted(refuses) as (box, server):
        assert look(desk, box).stored == 3
        # Looking for news never asks for words, so there is no character set that a server could refuse.
        assert not any("CHARSET" in command for command in server.commands)
    assert desk.work().items == 3


def _first_contact(desk: TortureDesk) -> None:
    assert desk.server is not None
    before = desk.clock.now() - timedelta(days=3)
    for number in range(60):
        old = letter(f"Message-ID: <old{number}@acme.example>\nSubject: dispute/other {number}")
        desk.server.append("icc", old, received_at=before)
    only_new = replace(POLICY, since=lambda now: now)
    assert desk.poll_server(policy=only_new) == Received()
    desk.server.append("icc", letter("Message-ID: <new@acme.example>\nSubject: dispute/other new"))
    assert desk.poll_server(policy=only_new).stored == 1
    taken = desk.work()
    assert (taken.items, taken.drafts) == (1, 1)


def _torn(desk: TortureDesk) -> None:
    cuts = 0

    def answer(command: str) -> bytes:
        nonlocal cuts
        if "BODY.PEEK[]" in command and not cuts:
            cuts += 1
            return b"cut:" + fetch_answer(2, "BODY[]", LETTERS[2]) + fetch_answer(5, "BODY[]", LETTERS[5])[:-40]
        return decent(command)

    with scripted(answer) as (box, _):
        with pytest.raises(MailboxUnreachableError):
            look(desk, box)
        assert desk.counts()["raw_message"] == 0
        assert look(desk, box).stored == 3
    assert desk.work().items == 3


def _endless(desk: TortureDesk) -> None:
    def answer(command: str) -> bytes:
        if "BODY.PEEK[]" in command and 5 in _asked(command.split(" ")[2]):
            return b"cut:* 5 FETCH (UID 5 BODY[] {5000000000000}\r\nthe first of them"
        return decent(command)

    with scripted(answer) as (box, _):
        with pytest.raises(MailboxUnreachableError):
            look(desk, box)
        assert look(desk, box) == Received(stored=2, quarantined=1)
    assert desk.work().items == 2


def _parser_dies(desk: TortureDesk) -> None:
    parser = ChildParser(ParseLimits(seconds=2), parse_path="tests.unit.mail.hostile:parse_or_misbehave")
    desk.ports = replace(desk.ports, parser=parser)
    taken = desk.arrives(
        letter("Message-ID: <1@a>\nSubject: hang"),
        letter("Message-ID: <2@a>\nSubject: die"),
        letter("Message-ID: <3@a>\nSubject: dispute/other", "The price of INV-1 is wrong."),
    )
    parser.close()
    assert (taken.items, taken.quarantined) == (1, 2)


def _throttled(desk: TortureDesk) -> None:
    with scripted(decent) as (box, server):
        server.login_answer = b"NO [LIMIT] too many connections"
        for _ in range(3):
            with pytest.raises(MailboxUnreachableError) as told:
                look(desk, box)
            assert not isinstance(told.value, LoginRefusedError)
        # Each look asks once and leaves it at that: the schedule decides when to ask again.
        assert sum(command.startswith("LOGIN") for command in server.commands) == 3
        server.login_answer = b""
        assert look(desk, box).stored == 3
    assert desk.work().items == 3


CASES = (
    Case("B3", "A server gives no UIDVALIDITY", "That mailbox fails loudly; the others go on.", play=_no_uidvalidity),
    Case("B4", "Gaps between the UIDs, and a UIDNEXT far ahead", "All are stored; nothing waits.", play=_gaps),
    Case("B13", "A server refuses SEARCH CHARSET", "Nothing is skipped: it is never asked for one.", play=_no_charset),
    Case(
        "B15",
        "First contact with a mailbox full of old mail (Dovecot)",
        "It begins at the set point: old mail is no work and gets no draft.",
        play=_first_contact,
        on_server=True,
    ),
    Case(
        "B16", "The connection is cut in mid message", "Nothing of the torn mail is kept; it comes again.", play=_torn
    ),
    Case("B20", "A process freezes past its lease and wakes up", "Its writes are fenced off.", held_by=CRASH),
    Case("B21", "Killed after fetch, before commit", "Fetched again; one item.", held_by=CRASH),
    Case(
        "B22",
        "Killed after commit, before the move on the server",
        "The next run moves it, and that is all.",
        held_by=CRASH,
    ),
    Case("B23", "Killed between item and attachments", "Neither or both.", held_by=CRASH),
    Case(
        "B26",
        "The parser hangs on one mail and is killed by another",
        "These two are held with the reason; the third is worked.",
        play=_parser_dies,
    ),
    Case(
        "B31",
        "Too many connections: the server limits the log-ins",
        "No wrong password is told; one try for each look, and it goes on when it may.",
        play=_throttled,
    ),
    Case(
        "B34",
        "A busy mailbox is silent for hours, as its poller hangs",
        "Staff are told; the canary tells quiet from broken.",
        held_by="tests/e2e/test_watch.py::test_a_poller_that_hangs_is_told_to_staff",
    ),
    Case(
        "B35",
        "The rule is switched off, or forwards where it should redirect (Dovecot with Sieve)",
        "The canary is missing or altered: an alarm, and no item.",
        held_by="tests/e2e/test_watch.py::test_a_rule_that_forwards_it_is_found_out_and_makes_no_item",
    ),
    Case(
        "B36",
        "A backup of yesterday is restored",
        "Nothing is sent again, and no number is given twice.",
        held_by="tests/e2e/test_backup.py::test_after_a_restore_nothing_is_lost_doubled_or_numbered_twice",
    ),
)
