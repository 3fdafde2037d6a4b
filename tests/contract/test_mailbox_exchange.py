"""What is Exchange's own: its states, its rights, its items without MIME, and its notifications."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import MailboxUnreachableError, PermanentError
from bot.mail.cursor import BatchLimits, Start
from tests.contract.places import EVERYTHING, LIMITS, ExchangePlace, make_raw, subject_numbers
from tests.exchange_server.schema import M, T
from tests.exchange_server.state import File

NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)
RECEIPT = (
    b"From: Pat <pat@customer.example>\r\nTo: icc@northgate.example\r\nSubject: Read: Invoice 5\r\n"
    b"Message-ID: <r@customer.example>\r\nDate: Tue, 01 Sep 2026 12:00:00 +0000\r\n\r\nYour message was read.\r\n"
)


def drain(place: ExchangePlace, limits: BatchLimits, *, is_reopening: bool = False) -> list[list[int]]:
    """Every batch until nothing more is there, as the poll does it; each over a new connection where asked for."""
    mailbox, cursor, batches = place.open(), None, []
    while True:
        batch = mailbox.fetch(cursor, EVERYTHING, limits)
        cursor = place.store(batch)
        batches.append(subject_numbers(batch))
        if not batch.has_more:
            return batches
        if is_reopening:
            mailbox = place.open()


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> bool:
    """For what another thread does; far longer than it may take."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


@pytest.mark.parametrize("is_reopening", [False, True])
def test_a_backlog_is_handed_out_from_the_oldest_on_whatever_the_server_tells_first(
    exchange_place: ExchangePlace, *, is_reopening: bool
) -> None:
    for number in range(1, 8):
        exchange_place.put(make_raw(number), NOON + timedelta(hours=number))
    assert drain(exchange_place, BatchLimits(count=3), is_reopening=is_reopening) == [[1, 2, 3], [4, 5, 6], [7]]


def test_mail_that_comes_while_a_backlog_is_worked_is_found_after_it(exchange_place: ExchangePlace) -> None:
    for number in range(1, 5):
        exchange_place.put(make_raw(number), NOON + timedelta(hours=number))
    mailbox = exchange_place.open()
    first = mailbox.fetch(None, EVERYTHING, BatchLimits(count=2))
    exchange_place.put(make_raw(9), NOON - timedelta(days=1))
    second = mailbox.fetch(exchange_place.store(first), EVERYTHING, BatchLimits(count=2))
    third = mailbox.fetch(exchange_place.store(second), EVERYTHING, BatchLimits(count=2))
    assert [subject_numbers(each) for each in (first, second, third)] == [[1, 2], [3, 4], [9]]


def test_a_lost_state_brings_only_what_is_not_stored(exchange_place: ExchangePlace) -> None:
    exchange_place.put(make_raw(1), NOON)
    exchange_place.put(make_raw(2), NOON + timedelta(days=2))
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, Start(NOON + timedelta(days=1)), LIMITS))
    exchange_place.server.world.lose_states()
    exchange_place.put(make_raw(3))
    found = mailbox.fetch(cursor, EVERYTHING, LIMITS)
    # The first one is history by the set point of the first contact, which the cursor keeps.
    assert subject_numbers(found) == [3]
    assert mailbox.fetch(exchange_place.store(found), EVERYTHING, LIMITS).fetched == ()


def test_news_that_are_too_many_for_a_batch_come_in_several_without_a_gap(exchange_place: ExchangePlace) -> None:
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    for number, size in ((1, 8_000), (2, 8_000), (3, 30_000), (4, 1_000)):
        exchange_place.put(make_raw(number, size=size))
    batches = []
    for _ in range(4):
        batch = mailbox.fetch(cursor, EVERYTHING, BatchLimits(total_bytes=18_000))
        cursor = exchange_place.store(batch)
        batches.append(subject_numbers(batch))
        if not batch.has_more:
            break
    assert batches == [[1, 2], [3], [4]]


def test_reading_sorting_and_deleting_by_colleagues_brings_nothing_again(exchange_place: ExchangePlace) -> None:
    for number in (1, 2, 3):
        exchange_place.put(make_raw(number))
    inbox = exchange_place.box.folders["inbox"]
    items = list(inbox.items.values())
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    items[0].is_read = True
    inbox.change(items[0], "ReadFlagChange")
    items[1].categories = ["Red"]
    inbox.change(items[1])
    inbox.remove(items[2].item_id)
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()
    assert len(mailbox.pointers()) == 2


def test_a_message_that_arrived_and_was_changed_before_the_poll_is_found(exchange_place: ExchangePlace) -> None:
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, Start(NOON), LIMITS))
    inbox = exchange_place.box.folders["inbox"]
    exchange_place.put(make_raw(1))
    # Some servers tell an arrival that was changed at once as a change alone.
    number, _, item_id = inbox.log[-1]
    inbox.log[-1] = (number, "Update", item_id)
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]


def test_old_mail_that_a_colleague_touches_stays_history(exchange_place: ExchangePlace) -> None:
    exchange_place.put(make_raw(1), NOON - timedelta(days=9))
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, Start(NOON), LIMITS))
    inbox = exchange_place.box.folders["inbox"]
    inbox.change(next(iter(inbox.items.values())))
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()
    assert mailbox.history(mailbox.pointers(), cursor) == set(mailbox.pointers())


def test_a_message_that_vanishes_between_listing_and_reading_is_told(exchange_place: ExchangePlace) -> None:
    for number in (1, 2):
        exchange_place.put(make_raw(number), NOON + timedelta(hours=number))
    exchange_place.server.trouble("GetItem", code="ErrorItemNotFound", only_item=0)
    found = exchange_place.open().fetch(None, EVERYTHING, LIMITS).fetched
    assert [(each.problem, each.raw) for each in found] == [("vanished", None), ("", make_raw(2))]


def test_the_size_is_asked_before_the_body(exchange_place: ExchangePlace) -> None:
    exchange_place.put(make_raw(1, size=50_000))
    exchange_place.open().fetch(None, EVERYTHING, BatchLimits(message_bytes=10_000))
    asked = [
        each.get("FieldURI") for body in exchange_place.server.asked("GetItem") for each in body.iter(f"{T}FieldURI")
    ]
    assert "item:MimeContent" not in asked


@pytest.mark.parametrize("fails_with", ["", "ErrorMimeContentConversionFailed", "ErrorInternalServerError"])
def test_an_item_without_mime_becomes_a_message_of_its_properties(
    exchange_place: ExchangePlace, fails_with: str
) -> None:
    files = [File("terms.pdf", b"%PDF-1.4"), File("asked", make_raw(7), is_item=True)]
    exchange_place.box.deliver(
        RECEIPT, kind="REPORT.IPM.Note.IPNRN", has_mime=False, fails_with=fails_with, files=files
    )
    exchange_place.put(make_raw(1), datetime.now(UTC) + timedelta(hours=1))
    mailbox = exchange_place.open()
    made, plain = mailbox.fetch(None, EVERYTHING, LIMITS).fetched
    assert plain.raw == make_raw(1)
    raw = made.raw or b""
    for wanted in (
        b"From: Pat <pat@customer.example>",
        b"Message-ID: <r@customer.example>",
        b'report-type="disposition-notification"',
        b"terms.pdf",
        make_raw(7),
    ):
        assert wanted in raw
    assert mailbox.fetch(None, EVERYTHING, LIMITS).fetched[0].raw == raw


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("MeetingRequest", "IPM.Schedule.Meeting.Request"),
        ("MeetingResponse", "IPM.Schedule.Meeting.Resp.Pos"),
        ("MeetingCancellation", "IPM.Schedule.Meeting.Canceled"),
        ("PostItem", "IPM.Post"),
        ("Item", "IPM.Something.Of.A.Vendor"),
    ],
)
def test_every_kind_of_item_is_mail_of_some_kind(exchange_place: ExchangePlace, element: str, kind: str) -> None:
    exchange_place.box.deliver(make_raw(3), kind=kind, element=element)
    assert subject_numbers(exchange_place.open().fetch(None, EVERYTHING, LIMITS)) == [3]


def test_what_only_messages_have_is_not_needed_of_an_appointment(exchange_place: ExchangePlace) -> None:
    exchange_place.box.deliver(make_raw(3), kind="IPM.Appointment", element="CalendarItem", has_mime=False)
    assert subject_numbers(exchange_place.open().fetch(None, EVERYTHING, LIMITS)) == [3]


def test_an_item_that_the_server_cannot_read_at_all_costs_only_itself(exchange_place: ExchangePlace) -> None:
    exchange_place.box.deliver(make_raw(1), received_at=NOON, fails_with="ErrorItemCorrupt")
    exchange_place.put(make_raw(2))
    broken, whole = exchange_place.open().fetch(None, EVERYTHING, LIMITS).fetched
    assert (broken.raw, broken.problem) == (None, "unreadable")
    assert whole.raw == make_raw(2)


def test_properties_that_a_server_leaves_out_are_not_needed(exchange_place: ExchangePlace) -> None:
    exchange_place.server.world.left_out = frozenset(
        {"item:Size", "item:DateTimeReceived", "item:ItemClass", "item:InternetMessageHeaders", "message:References"}
    )
    exchange_place.put(make_raw(1))
    assert subject_numbers(exchange_place.open().fetch(None, Start(NOON), LIMITS)) == [1]


@pytest.mark.parametrize(
    "version", ["Exchange2010_SP2", "Exchange2013", "Exchange2013_SP1", "Exchange2016", "Exchange2019"]
)
@pytest.mark.parametrize("access", ["delegate", "impersonation"])
def test_every_version_and_both_kinds_of_access_are_spoken_as_configured(
    exchange_place: ExchangePlace, version: str, access: str
) -> None:
    if access == "impersonation":
        exchange_place.box.delegates.clear()
    exchange_place.server.writes_cdata = True
    exchange_place.put(make_raw(1))
    mailbox = exchange_place.open(version=version, access=access, after_store="keyword:Stored")
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(batch) == [1]
    mailbox.settle([batch.fetched[0].pointer])
    assert mailbox.check() == f"1 messages in INBOX, by {access}, with notifications"


def test_a_folder_is_found_below_the_inbox_or_beside_it(exchange_place: ExchangePlace) -> None:
    box = exchange_place.box
    below = box.make("Büro - Mahnung", box.folders["inbox"].folder_id)
    box.make("Desk", box.make("Credit").folder_id)
    box.deliver(make_raw(1), below.folder_id)
    assert subject_numbers(exchange_place.open(folder="Inbox/Büro - Mahnung").fetch(None, EVERYTHING, LIMITS)) == [1]
    assert subject_numbers(exchange_place.open(folder="credit/desk").fetch(None, EVERYTHING, LIMITS)) == []


def test_a_folder_that_was_made_anew_is_found_again(exchange_place: ExchangePlace) -> None:
    box = exchange_place.box
    first = box.make("Desk")
    mailbox = exchange_place.open(folder="Desk")
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    del box.folders[first.folder_id]
    box.deliver(make_raw(1), box.make("Desk").folder_id)
    with pytest.raises(MailboxUnreachableError, match="ErrorFolderNotFound"):
        mailbox.fetch(cursor, EVERYTHING, LIMITS)
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]


def test_settling_moves_exactly_what_was_stored_into_a_folder_that_is_made(exchange_place: ExchangePlace) -> None:
    for number in (1, 2, 3):
        exchange_place.put(make_raw(number), NOON + timedelta(hours=number))
    mailbox = exchange_place.open(after_store="move:Done/Stored")
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    cursor = exchange_place.store(batch)
    first, second, _ = (each.pointer for each in batch.fetched)
    # One of them was deleted meanwhile.
    exchange_place.box.folders["inbox"].remove(second)
    mailbox.settle([first, second])
    done = exchange_place.open(folder="Done/Stored").fetch(None, EVERYTHING, LIMITS)
    assert subject_numbers(done) == [1]
    assert mailbox.fetch(cursor, EVERYTHING, LIMITS).fetched == ()
    assert len(mailbox.pointers()) == 1


def test_settling_adds_a_category_to_those_that_are_there(exchange_place: ExchangePlace) -> None:
    item = exchange_place.box.deliver(make_raw(1), categories=["Red"])
    meeting = exchange_place.box.deliver(make_raw(2), element="MeetingRequest")
    mailbox = exchange_place.open(after_store="keyword:Stored")
    for _ in range(2):
        mailbox.settle([item.item_id, meeting.item_id])
    assert (item.categories, meeting.categories) == (["Red", "Stored"], ["Stored"])
    assert (item.version, item.is_read) == (2, False)


def test_settling_as_it_is_not_known_is_told(exchange_place: ExchangePlace) -> None:
    with pytest.raises(PermanentError, match="move:FOLDER or keyword:NAME"):
        exchange_place.open(after_store="burn:it").settle(["x"])


def test_without_notifications_the_folder_is_asked(exchange_place: ExchangePlace) -> None:
    exchange_place.server.world.has_streaming = False
    mailbox = exchange_place.open()
    mailbox.fetch(None, EVERYTHING, LIMITS)
    assert not mailbox.wait_for_news(0)
    exchange_place.put(make_raw(1))
    assert mailbox.wait_for_news(5)
    assert "asked every 3 s" in mailbox.check()


def test_a_notification_that_never_comes_costs_no_mail(exchange_place: ExchangePlace) -> None:
    exchange_place.server.world.drops_notifications = True
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    arrival = threading.Timer(0.1, exchange_place.put, [make_raw(1)])
    arrival.start()
    # Whatever it was told, it looks once more before it says that nothing came.
    assert mailbox.wait_for_news(0.3)
    arrival.join()
    assert subject_numbers(mailbox.fetch(cursor, EVERYTHING, LIMITS)) == [1]


def test_a_subscription_that_the_server_forgot_is_no_reason_to_sleep(exchange_place: ExchangePlace) -> None:
    mailbox = exchange_place.open()
    assert not mailbox.wait_for_news(0)
    exchange_place.server.world.lose_subscriptions()
    exchange_place.put(make_raw(1))
    began = time.monotonic()
    assert mailbox.wait_for_news(20)
    assert time.monotonic() - began < 10


def test_the_listening_goes_to_the_server_that_keeps_the_subscription(exchange_place: ExchangePlace) -> None:
    mailbox = exchange_place.open()
    assert not mailbox.wait_for_news(0)
    assert wait_until(lambda: exchange_place.server.listeners == 1)


def test_notifications_that_end_as_they_begin_are_not_asked_for_again_and_again(exchange_place: ExchangePlace) -> None:
    exchange_place.server.world.ends_streams_at_once = True
    mailbox = exchange_place.open()
    mailbox.wait_for_news(0)
    assert wait_until(lambda: not exchange_place.server.world.subscriptions)
    assert not mailbox.wait_for_news(0.3)
    assert exchange_place.server.listeners == 1


def test_a_closed_mailbox_gives_its_subscription_back(exchange_place: ExchangePlace) -> None:
    mailbox = exchange_place.open()
    assert not mailbox.wait_for_news(0)
    assert exchange_place.server.world.subscriptions
    mailbox.close()
    assert wait_until(lambda: not exchange_place.server.world.subscriptions)


def test_nothing_but_what_is_needed_is_ever_asked(exchange_place: ExchangePlace) -> None:
    """No probing of versions, logins or folders: each poll with nothing new is one request."""
    exchange_place.put(make_raw(1))
    mailbox = exchange_place.open()
    cursor = exchange_place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    mailbox.fetch(cursor, EVERYTHING, LIMITS)
    assert [name for name, _ in exchange_place.server.requests] == ["SyncFolderItems", "GetItem", "SyncFolderItems"]
    assert exchange_place.server.refused_logins == 0
    for body in exchange_place.server.asked("SyncFolderItems"):
        assert body.findtext(f"{M}SyncFolderId//{T}EmailAddress") == "icc@northgate.example"
