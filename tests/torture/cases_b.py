"""B. Mailbox and cursor. (What dies in the middle has its own tests in tests/torture/crash.)"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import ConflictError, LoginRefusedError, MailboxUnreachableError
from bot.mail.cursor import BatchLimits
from bot.steps.poll import Policy, poll
from bot.steps.receiving import Received
from tests.desks.mailboxes import ListedMailbox
from tests.torture.desk import TortureDesk
from tests.torture.words import Case, letter

POLICY = Policy(since=lambda _: None, limits=BatchLimits(count=100))
THREE = [letter(f"Message-ID: <{n}@acme.example>\nSubject: dispute/other {n}", f"Matter {n}.") for n in range(3)]


def look(desk: TortureDesk, mailbox: ListedMailbox, policy: Policy = POLICY) -> Received:
    total = Received()
    while True:
        found = poll("icc", policy, store=desk.store, mailbox=mailbox, clock=desk.clock)
        total += found.received
        if not found.has_more:
            return total


def _validity_changes(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE)
    look(desk, mailbox)
    desk.work()
    mailbox.validity = "2"
    assert look(desk, mailbox) == Received(duplicate=3)
    assert desk.work().messages == 0
    assert (len(desk.items()), len(desk.drafts())) == (3, 3)


def _validity_changes_and_new_mail(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE[:2])
    look(desk, mailbox)
    mailbox.validity, mailbox.messages = "2", [THREE[2], *THREE[:2]]
    assert look(desk, mailbox) == Received(stored=1, duplicate=2)
    assert desk.work().items == 3


def _vanished(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE)
    mailbox.problems = {2: "vanished"}
    assert look(desk, mailbox) == Received(stored=2, vanished=1)
    assert desk.work().items == 2


def _moved_back(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE)
    look(desk, mailbox)
    mailbox.messages.append(THREE[0])
    assert look(desk, mailbox) == Received(duplicate=1)
    assert desk.work().items == 3


def _unreadable(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE)
    mailbox.problems = {2: "unreadable"}
    assert look(desk, mailbox) == Received(stored=2, quarantined=1)
    assert desk.work().items == 2
    (held,) = desk.queries.quarantined()
    assert held.reason.startswith("unreadable")


def _many_pages(desk: TortureDesk) -> None:
    many = [letter(f"Message-ID: <{n}@acme.example>\nSubject: =?x?=", f"Matter {n}.") for n in range(120)]
    policy = replace(POLICY, limits=BatchLimits(count=50))
    assert look(desk, ListedMailbox(*many), policy).stored == 120
    assert desk.work().messages == 120


def _backlog(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(THREE[0])
    look(desk, mailbox)
    desk.work()
    desk.clock.forward(days=7)
    mailbox.messages += THREE[1:]
    look(desk, mailbox)
    assert desk.work().items == 2


def _two_pollers(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE)

    class Overtaken(ListedMailbox):
        def fetch(self, *asked):  # type: ignore[no-untyped-def]
            batch = super().fetch(*asked)
            if self.fetches == 1:
                look(desk, mailbox)
            return batch

    with pytest.raises(ConflictError):
        look(desk, Overtaken(*THREE))
    assert desk.work().items == 3


def _poison(desk: TortureDesk) -> None:
    desk.deliver(*THREE)
    desk.poll()
    assert desk.broken_until_held("the desk broke on it")
    assert desk.work().items == 2
    desk.release()
    assert desk.work().items == 1


def _clock_back(desk: TortureDesk) -> None:
    mailbox = ListedMailbox(*THREE[:2])
    look(desk, mailbox)
    desk.clock.moment -= timedelta(hours=1)
    mailbox.messages.append(THREE[2])
    assert look(desk, mailbox).stored == 1
    assert desk.work().items == 3


def _fails_alone(error: Exception):  # type: ignore[no-untyped-def]
    def play(desk: TortureDesk) -> None:
        broken = ListedMailbox()
        broken.failure = error  # type: ignore[assignment]
        with pytest.raises(type(error)):
            poll("invoicing", POLICY, store=desk.store, mailbox=broken, clock=desk.clock)
        assert look(desk, ListedMailbox(*THREE)).stored == 3
        states = {one.slug: one.error for one in desk.queries.mailboxes()}
        assert states == {"invoicing": str(error), "icc": ""}
        assert desk.work().items == 3

    return play


class StubbornMailbox(ListedMailbox):
    """Its server refuses to move anything the first time."""

    refusals = 1

    def settle(self, pointers):  # type: ignore[no-untyped-def]
        if self.refusals:
            self.refusals -= 1
            raise MailboxUnreachableError("icc: the server refused to move")
        super().settle(pointers)


def _move_fails(desk: TortureDesk) -> None:
    mailbox = StubbornMailbox(*THREE)
    with pytest.raises(MailboxUnreachableError):
        look(desk, mailbox)
    assert desk.work().items == 3
    look(desk, mailbox)
    assert mailbox.settled == ["1:1", "1:2", "1:3"]
    look(desk, mailbox)
    assert len(mailbox.settled) == 3


def _real_validity(desk: TortureDesk) -> None:
    for raw in THREE[:2]:
        desk.server.append("icc", raw)
    assert desk.poll_server().stored == 2
    assert desk.work().items == 2
    desk.server.new_uidvalidity("icc", 4711)
    desk.server.append("icc", THREE[2])
    found = desk.poll_server()
    assert (found.stored, found.duplicate) == (1, 2)
    assert desk.work().items == 1


def _read_by_a_colleague(desk: TortureDesk) -> None:
    desk.server.append("icc", THREE[0], flags="\\Seen")
    desk.server.append("icc", THREE[1])
    assert desk.poll_server().stored == 2
    assert desk.work().items == 2
    with desk.server.imap("icc") as connection:
        connection.select("INBOX", readonly=True)
        answer = [line for line in connection.uid("FETCH", "1:*", "(FLAGS)")[1] if line]
    assert [b"Seen" in line for line in answer] == [True, False]


def _foreign_folder(desk: TortureDesk) -> None:
    with desk.server.imap("icc") as connection:
        connection.create('"R&APw-ckl&AOQ-ufe"')
        connection.append('"R&APw-ckl&AOQ-ufe"', "", "", THREE[0])
    assert desk.poll_server("Rückläufe").stored == 1
    assert desk.work().items == 1
    with pytest.raises(MailboxUnreachableError, match="no folder Umbenannt"):
        desk.poll_server("Umbenannt")


CASES = (
    Case(
        "B1",
        "UIDVALIDITY changes, the content is the same",
        "Known by content: no new item, no new draft.",
        play=_validity_changes,
    ),
    Case(
        "B2",
        "UIDVALIDITY changes, and new mail has an old UID",
        "The new mail is worked.",
        play=_validity_changes_and_new_mail,
    ),
    Case(
        "B7",
        "A mail leaves the folder between listing and fetching",
        "Noted as vanished; the others are worked.",
        play=_vanished,
    ),
    Case("B8", "A mail is moved out and back", "A duplicate by content.", play=_moved_back),
    Case(
        "B10",
        "The answer for one message cannot be read",
        "Tried again, then held with what is known; the others go on.",
        play=_unreadable,
    ),
    Case("B11", "120 mails in pages of 50", "All are stored.", play=_many_pages),
    Case("B14", "An outage of seven days", "The whole backlog is worked.", play=_backlog),
    Case("B19", "Two pollers at once", "One of them loses its turn; each mail is one item.", play=_two_pollers),
    Case(
        "B24",
        "The move on the server fails after the mail was stored",
        "It is tried again at the next poll.",
        play=_move_fails,
    ),
    Case(
        "B25",
        "The desk breaks on the same mail again and again",
        "Held after three tries; the others go on; it can be released.",
        play=_poison,
    ),
    Case("B27", "The clock goes back an hour", "The cursor does not mind.", play=_clock_back),
    Case(
        "B32",
        "One mailbox cannot be reached",
        "The others keep their schedule; the page shows the error.",
        play=_fails_alone(MailboxUnreachableError("invoicing: nobody answers")),
    ),
    Case(
        "B33",
        "The login is refused",
        "Only that mailbox stops.",
        play=_fails_alone(LoginRefusedError("invoicing: login refused")),
    ),
    Case(
        "B1b",
        "UIDVALIDITY changes on a real server (Dovecot), and new mail comes",
        "Only the new mail is worked.",
        play=_real_validity,
        on_server=True,
    ),
    Case(
        "B6",
        "A colleague has read the mail already (Dovecot)",
        "It is worked; our looking marks nothing as read.",
        play=_read_by_a_colleague,
        on_server=True,
    ),
    Case(
        "B18",
        "A folder with umlauts; one that is not there (Dovecot)",
        "It works; the error names the folder.",
        play=_foreign_folder,
        on_server=True,
    ),
)
