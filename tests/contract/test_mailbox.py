"""The contract of ports.Mailbox, over a Maildir and over real IMAP servers of three kinds."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.mail.cursor import BatchLimits, Start
from tests.contract.places import EVERYTHING, LIMITS, Place, make_raw, subject_numbers

NOON = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def test_the_first_fetch_brings_every_message_byte_for_byte(place: Place) -> None:
    raws = [make_raw(1), make_raw(2, body=".dots\r\n..\r\n.\r\nand ümlauts")]
    for raw in raws:
        place.put(raw)
    batch = place.open().fetch(None, EVERYTHING, LIMITS)
    assert [each.raw for each in batch.fetched] == raws
    assert [each.size for each in batch.fetched] == [len(raw) for raw in raws]
    assert not batch.has_more


def test_a_second_fetch_is_empty_and_keeps_a_cursor(place: Place) -> None:
    place.put(make_raw())
    mailbox = place.open()
    cursor = place.store(mailbox.fetch(None, EVERYTHING, LIMITS))
    second = mailbox.fetch(cursor, EVERYTHING, LIMITS)
    assert second.fetched == ()
    assert mailbox.fetch(place.store(second), EVERYTHING, LIMITS).fetched == ()


def test_the_cursor_outlives_the_connection(place: Place) -> None:
    place.put(make_raw(1))
    cursor = place.store(place.open().fetch(None, EVERYTHING, LIMITS))
    place.put(make_raw(2))
    assert subject_numbers(place.open().fetch(cursor, EVERYTHING, LIMITS)) == [2]


def test_a_batch_that_was_not_stored_comes_again(place: Place) -> None:
    place.put(make_raw())
    mailbox = place.open()
    lost = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert mailbox.fetch(None, EVERYTHING, LIMITS).fetched == lost.fetched


def test_an_empty_mailbox_gives_a_cursor_and_then_the_first_message(place: Place) -> None:
    mailbox = place.open()
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert batch.fetched == ()
    place.put(make_raw(7))
    assert subject_numbers(mailbox.fetch(place.store(batch), EVERYTHING, LIMITS)) == [7]


def test_batches_end_at_the_count_and_go_on_where_they_ended(place: Place) -> None:
    for number in range(1, 8):
        place.put(make_raw(number))
    mailbox, cursor, found, sizes = place.open(), None, [], []
    while True:
        batch = mailbox.fetch(cursor, EVERYTHING, BatchLimits(count=3))
        cursor = place.store(batch)
        found += subject_numbers(batch)
        sizes.append(len(batch.fetched))
        if not batch.has_more:
            break
    assert sorted(found) == list(range(1, 8))
    assert sizes == [3, 3, 1]


def test_batches_end_at_the_number_of_bytes_but_hold_at_least_one(place: Place) -> None:
    for number, size in ((1, 8_000), (2, 8_000), (3, 30_000), (4, 1_000)):
        place.put(make_raw(number, size=size))
    mailbox, cursor, sizes = place.open(), None, []
    for _ in range(4):
        batch = mailbox.fetch(cursor, EVERYTHING, BatchLimits(total_bytes=18_000))
        cursor = place.store(batch)
        sizes.append(len(batch.fetched))
        if not batch.has_more:
            break
    assert sizes == [2, 1, 1]


def test_a_message_over_the_limit_comes_with_its_head_and_without_its_body(place: Place) -> None:
    place.put(make_raw(1))
    place.put(make_raw(2, size=50_000))
    place.put(make_raw(3))
    batch = place.open().fetch(None, EVERYTHING, BatchLimits(message_bytes=10_000))
    large = next(each for each in batch.fetched if each.problem)
    assert (large.raw, large.problem) == (None, "oversize")
    assert large.size > 50_000 - 100
    assert b"Message-ID: <2@customer.example>" in large.head
    assert b"Please send" not in large.head
    assert sorted(subject_numbers(batch)) == [1, 3]


def test_mail_before_the_set_point_is_history(place: Place) -> None:
    place.put(make_raw(1), NOON - timedelta(days=300))
    place.put(make_raw(2), NOON - timedelta(seconds=1))
    place.put(make_raw(3), NOON)
    place.put(make_raw(4), NOON + timedelta(days=2))
    mailbox = place.open()
    batch = mailbox.fetch(None, Start(NOON + timedelta(microseconds=700)), LIMITS)
    assert subject_numbers(batch) == [3, 4]
    assert batch.fetched[0].received_at == NOON
    place.put(make_raw(5), NOON + timedelta(days=3))
    assert subject_numbers(mailbox.fetch(place.store(batch), Start(NOON + timedelta(days=9)), LIMITS)) == [5]


def test_a_set_point_of_now_brings_nothing_at_first_and_everything_that_comes_after(place: Place) -> None:
    place.put(make_raw(1), NOON)
    mailbox = place.open()
    batch = mailbox.fetch(None, Start(datetime.now(UTC)), LIMITS)
    assert batch.fetched == ()
    place.put(make_raw(2))
    later = mailbox.fetch(place.store(batch), Start(datetime.now(UTC) + timedelta(hours=1)), LIMITS)
    assert subject_numbers(later) == [2]


def test_nothing_on_the_server_is_changed_by_a_fetch(place: Place) -> None:
    place.put(make_raw(1), is_seen=False)
    place.put(make_raw(2), is_seen=True)
    before = place.marks()
    mailbox = place.open()
    assert len(mailbox.fetch(None, EVERYTHING, LIMITS).fetched) == 2
    mailbox.settle([*mailbox.pointers()])
    mailbox.close()
    assert place.marks() == before


def test_a_message_that_a_colleague_has_read_first_is_fetched_all_the_same(place: Place) -> None:
    place.put(make_raw(1), is_seen=True)
    assert subject_numbers(place.open().fetch(None, EVERYTHING, LIMITS)) == [1]


def test_the_pointers_name_every_message_in_the_folder(place: Place) -> None:
    for number in (1, 2, 3):
        place.put(make_raw(number))
    mailbox = place.open()
    fetched = mailbox.fetch(None, EVERYTHING, LIMITS).fetched
    assert sorted(mailbox.pointers()) == sorted(each.pointer for each in fetched)


def test_history_is_exactly_what_lies_before_the_set_point(place: Place) -> None:
    for number, days in ((1, -9), (2, 1), (3, -8), (4, 2)):
        place.put(make_raw(number), NOON + timedelta(days=days))
    mailbox = place.open()
    batch = mailbox.fetch(None, Start(NOON), LIMITS)
    fetched = {each.pointer for each in batch.fetched}
    pointers = mailbox.pointers()
    assert len(fetched) == 2
    assert mailbox.history(pointers, place.store(batch)) == set(pointers) - fetched


def test_a_mailbox_that_is_read_from_the_beginning_has_no_history(place: Place) -> None:
    place.put(make_raw(1), NOON)
    mailbox = place.open()
    batch = mailbox.fetch(None, EVERYTHING, LIMITS)
    assert mailbox.history(mailbox.pointers(), place.store(batch)) == set()


@pytest.mark.parametrize("moment", ["before the wait", "during the wait"])
def test_a_wait_ends_when_mail_arrives(place: Place, moment: str) -> None:
    mailbox = place.open()
    mailbox.fetch(None, EVERYTHING, LIMITS)
    delay = 0.0 if moment == "before the wait" else 0.5
    arrival = threading.Timer(delay, place.put, [make_raw()])
    arrival.start()
    if not delay:
        arrival.join()
    began = time.monotonic()
    assert mailbox.wait_for_news(20)
    # Without IDLE the server is asked every three seconds.
    assert time.monotonic() - began < 4
    arrival.join()


def test_a_wait_without_news_ends_when_the_time_is_over(place: Place) -> None:
    mailbox = place.open()
    mailbox.fetch(None, EVERYTHING, LIMITS)
    began = time.monotonic()
    assert not mailbox.wait_for_news(0.7)
    assert 0.6 < time.monotonic() - began < 2


def test_a_wait_is_ended_by_closing_the_mailbox(place: Place) -> None:
    mailbox = place.open()
    mailbox.fetch(None, EVERYTHING, LIMITS)
    closing = threading.Timer(0.3, mailbox.close)
    closing.start()
    began = time.monotonic()
    assert not mailbox.wait_for_news(30)
    assert time.monotonic() - began < 1.5
    closing.join()
    assert not mailbox.wait_for_news(30)


def test_news_are_told_once_to_whoever_only_waits(place: Place) -> None:
    mailbox = place.open()
    mailbox.wait_for_news(0)
    place.put(make_raw())
    assert mailbox.wait_for_news(10)
    assert not mailbox.wait_for_news(0.5)
