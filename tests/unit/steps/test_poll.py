"""Polling: the cursor moves with the bytes, and nothing counts twice."""

from __future__ import annotations

import pytest

from bot.errors import ConflictError, MailboxUnreachableError
from bot.mail.cursor import BatchLimits
from bot.steps.poll import Policy, Polled, poll
from bot.steps.receiving import Received
from bot.steps.release import release
from bot.store.queries import Balance
from tests.desks.mailboxes import ListedMailbox
from tests.desks.step_desk import StepDesk, mail

ALL = Policy(since=lambda _: None, limits=BatchLimits(count=2))
ONE, TWO, THREE = (mail(text=text, message_id=f"{text}@acme.example") for text in ("one", "two", "three"))


def _poll(desk: StepDesk, mailbox: ListedMailbox, slug: str = "icc") -> Polled:
    return poll(slug, ALL, store=desk.store, mailbox=mailbox, clock=desk.clock)


def _balance(desk: StepDesk, mailbox: ListedMailbox) -> Balance:
    return desk.queries.balance("icc", mailbox.pointers(), set())


def test_a_backlog_comes_in_batches_until_nothing_is_left(desk: StepDesk) -> None:
    mailbox = ListedMailbox(ONE, TWO, THREE)
    assert [_poll(desk, mailbox) for _ in range(3)] == [
        Polled(Received(stored=2), has_more=True),
        Polled(Received(stored=1), has_more=False),
        Polled(Received(), has_more=False),
    ]
    assert _balance(desk, mailbox) == Balance("icc", 3, 3, 0, 0, 0, 0)


def test_bytes_and_cursor_are_kept_together_or_not_at_all(desk: StepDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = ListedMailbox(ONE)
    with monkeypatch.context() as broken:
        broken.setattr("bot.store.mailboxes.SqlMailboxes.save_cursor", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _poll(desk, mailbox)
    with desk.store.look() as uow:
        assert uow.raw.waiting(10, 10_000) == []
    assert mailbox.settled == []
    assert _poll(desk, mailbox).received == Received(stored=1)


def test_a_mailbox_told_anew_by_the_server_brings_no_message_twice(desk: StepDesk) -> None:
    mailbox = ListedMailbox(ONE, TWO)
    _poll(desk, mailbox)
    mailbox.validity = "2"
    mailbox.messages.append(THREE)
    assert [_poll(desk, mailbox).received for _ in range(2)] == [Received(duplicate=2), Received(stored=1)]
    assert _balance(desk, mailbox).closes


def test_the_same_message_twice_in_one_batch_is_stored_once(desk: StepDesk) -> None:
    mailbox = ListedMailbox(ONE, b"Received: from mx.example\r\n" + ONE)
    assert _poll(desk, mailbox).received == Received(stored=1, duplicate=1)
    with desk.store.look() as uow:
        assert len(uow.raw.waiting(10, 100_000)) == 1


def test_the_same_message_id_with_other_words_is_another_message(desk: StepDesk) -> None:
    forged = ONE.replace(b"one\r\n", b"pay another account\r\n")
    assert forged != ONE
    assert _poll(desk, ListedMailbox(ONE, forged)).received == Received(stored=2)


def test_what_is_too_large_or_unreadable_is_held_with_its_reason(desk: StepDesk) -> None:
    mailbox = ListedMailbox(ONE, TWO)
    mailbox.problems = {1: "oversize"}
    assert _poll(desk, mailbox).received == Received(stored=1, quarantined=1)
    (held,) = desk.queries.quarantined()
    assert held.reason.startswith("oversize")
    assert _balance(desk, mailbox) == Balance("icc", 2, 1, 0, 1, 0, 0)
    assert mailbox.settled == ["1:2"]


def test_a_message_that_vanished_meanwhile_is_noted(desk: StepDesk) -> None:
    mailbox = ListedMailbox(ONE, TWO)
    mailbox.problems = {2: "vanished"}
    assert _poll(desk, mailbox).received == Received(stored=1, vanished=1)


def test_a_failure_is_kept_where_people_see_it_until_a_poll_succeeds(desk: StepDesk) -> None:
    mailbox = ListedMailbox(ONE)
    mailbox.failure = MailboxUnreachableError("icc: nobody answers")
    for _ in range(2):
        with pytest.raises(MailboxUnreachableError):
            _poll(desk, mailbox)
    (state,) = desk.queries.mailboxes()
    assert (state.error, state.failures, state.last_success_at) == ("icc: nobody answers", 2, None)
    mailbox.failure = None
    _poll(desk, mailbox)
    (state,) = desk.queries.mailboxes()
    assert (state.error, state.failures, state.last_success_at) == ("", 0, desk.clock.now())


def test_two_pollers_of_one_mailbox_do_not_both_store(desk: StepDesk) -> None:
    class Overtaken(ListedMailbox):
        def fetch(self, *args: object) -> object:  # type: ignore[override]
            batch = super().fetch(*args)  # type: ignore[arg-type]
            if self.fetches == 1:
                _poll(desk, ListedMailbox(*self.messages))
            return batch

    with pytest.raises(ConflictError):
        _poll(desk, Overtaken(ONE))
    with desk.store.look() as uow:
        assert len(uow.raw.waiting(10, 100_000)) == 1


def test_a_set_point_is_taken_once(desk: StepDesk) -> None:
    policy = Policy(since=lambda now: now, limits=BatchLimits())
    first = desk.clock.now()
    for _ in range(2):
        poll("icc", policy, store=desk.store, mailbox=ListedMailbox(), clock=desk.clock)
        desk.clock.forward(hours=1)
    (state,) = desk.queries.mailboxes()
    assert state.since == first


def test_a_held_message_is_let_in_again_by_an_operator(desk: StepDesk) -> None:
    desk.arrives(mail(sender="ICC <icc@northgate.example>"))
    (held,) = desk.queries.quarantined()
    release(held.quarantine_id, "kim", store=desk.store, clock=desk.clock)
    assert desk.queries.quarantined() == []
    with desk.store.look() as uow:
        assert len(uow.raw.waiting(10, 100_000)) == 1
