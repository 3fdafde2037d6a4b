"""What only IMAP can get wrong, on real servers of three kinds."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BotError, LoginRefusedError, MailboxUnreachableError
from bot.mail.cursor import BatchLimits, Start
from bot.mailboxes import imap_folder
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap import ImapMailbox
from bot.mailboxes.imap_reading import ImapReading
from tests.contract.places import EVERYTHING, LIMITS, ImapPlace, make_account, make_raw, subject_numbers
from tests.mailserver.server import free_port

NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def delete(place: ImapPlace, uid: str) -> None:
    with place.server.imap("icc") as connection:
        connection.select("INBOX")
        connection.uid("STORE", uid, "+FLAGS", "\\Deleted")
        connection.expunge()


def test_a_gap_in_the_uids_is_no_obstacle(imap_place: ImapPlace) -> None:
    for number in (1, 2, 3, 4):
        imap_place.put(make_raw(number))
    mailbox = imap_place.open()
    uids = [pointer.partition(":")[2] for pointer in mailbox.pointers()]
    delete(imap_place, ",".join(uids[1:3]))
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(batch) == [1, 4]
    assert batch.cursor["uid"] == uids[3]


def test_a_message_that_leaves_between_the_list_and_the_fetch_is_told_as_vanished(
    imap_place: ImapPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        imap_place.put(make_raw(number))
    mailbox = imap_place.open()
    uids = [pointer.partition(":")[2] for pointer in mailbox.pointers()]
    read = ImapReading.read

    def read_late(self: ImapReading, *arguments: object) -> object:
        delete(imap_place, uids[1])
        return read(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ImapReading, "read", read_late)
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert [each.problem for each in batch.fetched] == ["", "vanished", ""]
    assert subject_numbers(batch) == [1, 3]
    assert batch.cursor["uid"] == uids[2]


def test_a_new_uidvalidity_makes_everything_new_by_the_old_set_point(imap_place: ImapPlace) -> None:
    imap_place.put(make_raw(1), NOON - timedelta(days=3))
    imap_place.put(make_raw(2), NOON)
    mailbox = imap_place.open()
    cursor = imap_place.store(mailbox.fetch(None, Start(NOON), LIMITS))
    mailbox.close()
    imap_place.put(make_raw(3), NOON + timedelta(days=1))
    uidvalidity = int(cursor["uidvalidity"]) + 1
    imap_place.server.new_uidvalidity("icc", uidvalidity)
    # The caller passes the present moment where the configuration says `now`; what came since must not become history.
    batch = mailbox.fetch(cursor, Start(datetime.now(UTC)), LIMITS)
    assert subject_numbers(batch) == [2, 3]
    assert batch.cursor["uidvalidity"] == str(uidvalidity)
    assert batch.fetched[0].pointer.startswith(f"{uidvalidity}:")


def test_old_mail_among_new_is_history_and_old_mail_that_comes_later_is_not(imap_place: ImapPlace) -> None:
    for number, days in ((1, -9), (2, 1), (3, -8), (4, -7), (5, 2)):
        imap_place.put(make_raw(number), NOON + timedelta(days=days))
    mailbox = imap_place.open()
    uids = [int(pointer.partition(":")[2]) for pointer in mailbox.pointers()]
    first = mailbox.fetch(None, Start(NOON), BatchLimits(count=1))
    assert (subject_numbers(first), first.has_more) == ([2], True)
    assert first.cursor["first_uid"] == str(uids[1])
    assert first.cursor["skipped"] == f"{uids[2]}:{uids[3]}"
    # A colleague moves an old message into the folder: it is news here, whatever its date.
    imap_place.put(make_raw(6), NOON - timedelta(days=300))
    second = imap_place.open().fetch(first.cursor, Start(NOON), LIMITS)
    assert subject_numbers(second) == [5, 6]


def test_a_backlog_is_listed_once_and_mail_that_comes_meanwhile_follows(dovecot: ImapPlace) -> None:
    for number in (1, 2, 3):
        dovecot.put(make_raw(number))
    mailbox, found, cursor = dovecot.open(), [], None
    for _ in range(4):
        batch = mailbox.fetch(cursor, EVERYTHING, BatchLimits(count=1))
        if cursor is None:
            dovecot.put(make_raw(4))
        cursor = batch.cursor
        found += subject_numbers(batch)
    assert found == [1, 2, 3, 4]


def test_a_folder_too_large_for_one_answer_is_listed_in_several(
    dovecot: ImapPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_folder, "UIDS_IN_ONE_ANSWER", 2)
    for number in range(1, 8):
        dovecot.put(make_raw(number), NOON + timedelta(days=number - 4))
    mailbox = dovecot.open()
    assert len(mailbox.pointers()) == 7
    assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == list(range(1, 8))
    assert subject_numbers(mailbox.fetch(None, Start(NOON), LIMITS)) == [4, 5, 6, 7]


def test_a_connection_killed_between_two_fetches_is_made_again(imap_place: ImapPlace) -> None:
    mailbox = imap_place.open()
    cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
    imap_place.server.kick("icc")
    imap_place.put(make_raw(1))
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]


def test_a_connection_killed_during_a_wait_is_told_and_made_again(dovecot: ImapPlace) -> None:
    mailbox = dovecot.open()
    cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
    monitor = ImapPlace(dovecot.server)
    idle_check = mailbox._folder._connection.current().idle_check  # noqa: SLF001

    def check_and_kill(timeout: float) -> object:
        monitor.server.kick("icc")
        return idle_check(timeout)

    mailbox._folder._connection.current().idle_check = check_and_kill  # noqa: SLF001
    with pytest.raises(MailboxUnreachableError):
        mailbox.wait_for_news(10)
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()


def test_a_wrong_password_is_a_refused_login_and_is_nowhere_repeated(
    imap_place: ImapPlace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = make_account(imap_place.server, password="hunter2-secret")
    with pytest.raises(LoginRefusedError, match=r"icc: .* login as icc failed") as caught:
        ImapMailbox(account).fetch(None, EVERYTHING, LIMITS)
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(account)
    assert "hunter2" not in told


def test_a_password_outside_ascii_is_refused_like_any_other(imap_place: ImapPlace) -> None:
    with pytest.raises(BotError) as caught:
        imap_place.open(password="pässword").fetch(None, EVERYTHING, LIMITS)
    assert isinstance(caught.value, LoginRefusedError)
    assert "pässword" not in str(caught.value)


def test_a_server_that_does_not_answer_is_unreachable() -> None:
    account = ImapAccount("icc", "icc@northgate.example", "127.0.0.1", "icc", "secret", free_port(), "none", timeout=2)
    with pytest.raises(MailboxUnreachableError, match="connecting failed"):
        ImapMailbox(account).fetch(None, EVERYTHING, LIMITS)


def test_a_missing_folder_is_named_with_the_folders_that_exist(imap_place: ImapPlace) -> None:
    with pytest.raises(MailboxUnreachableError, match=r"no folder Credit/In; there are: .*INBOX"):
        imap_place.open(folder="Credit/In").fetch(None, EVERYTHING, LIMITS)


def test_a_folder_with_letters_outside_ascii_works(imap_place: ImapPlace) -> None:
    with imap_place.server.imap("icc") as connection:
        connection.create('"B&APw-ro - Mahnung"')
        connection.append('"B&APw-ro - Mahnung"', "", "", make_raw(3))
    mailbox = imap_place.open(folder="Büro - Mahnung")
    assert subject_numbers(mailbox.fetch(None, EVERYTHING, LIMITS)) == [3]


@pytest.mark.parametrize(("tls", "port"), [("implicit", "imaps"), ("starttls", "imap")])
def test_tls_needs_a_known_authority(dovecot: ImapPlace, tls: str, port: str) -> None:
    dovecot.put(make_raw(1))
    secured = {"tls": tls, "port": getattr(dovecot.server.ports, port)}
    with pytest.raises(MailboxUnreachableError, match="certificate"):
        dovecot.open(**secured).fetch(None, EVERYTHING, LIMITS)
    mailbox = dovecot.open(**secured, ca_file=dovecot.server.ca_file)
    cursor = mailbox.fetch(None, EVERYTHING, LIMITS).cursor
    dovecot.put(make_raw(2))
    assert mailbox.wait_for_news(5)
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [2]


def test_settling_moves_exactly_what_was_stored(imap_place: ImapPlace) -> None:
    for number in (1, 2, 3):
        imap_place.put(make_raw(number))
    mailbox = imap_place.open(after_store="move:Done/Stored")
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    of_an_earlier_uidvalidity = "1:" + batch.fetched[1].pointer.partition(":")[2]
    mailbox.settle([batch.fetched[0].pointer, batch.fetched[2].pointer, of_an_earlier_uidvalidity])
    done = imap_place.open(folder="Done/Stored").fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(done) == [1, 3]
    # A server without UIDPLUS keeps the originals, marked as deleted, until someone cleans up.
    left = [line for line in imap_place.marks() if "\\Deleted" not in line]
    assert len(left) == 1
    imap_place.put(make_raw(4))
    assert subject_numbers(mailbox.fetch(batch.cursor, EVERYTHING, LIMITS)) == [4]


def test_settling_marks_exactly_what_was_stored(imap_place: ImapPlace) -> None:
    imap_place.put(make_raw(1))
    imap_place.put(make_raw(2))
    mailbox = imap_place.open(after_store="keyword:Stored")
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    mailbox.settle([batch.fetched[1].pointer])
    marks = imap_place.marks()
    assert ["Stored" in line for line in marks] == [False, True]
    assert not any("\\Seen" in line for line in marks)


def test_the_check_says_what_answered(dovecot: ImapPlace) -> None:
    dovecot.put(make_raw(1))
    assert dovecot.open().check() == "1 messages in INBOX, IDLE, CONDSTORE, MOVE"


def test_the_trace_of_imaplib_is_off(dovecot: ImapPlace) -> None:
    """imapclient turns it on, at seven times the CPU of a fetch; this fails should a new version hide the switch."""
    mailbox = dovecot.open()
    mailbox.fetch(None, EVERYTHING, LIMITS)
    assert mailbox._connection.current()._imap.debug == 0  # noqa: SLF001
