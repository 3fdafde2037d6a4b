"""Sending: once, only what was approved, and honest about doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.desk.outbox import CLAIM_HELD_FOR, WAITS, OutboxState
from bot.errors import BotError, PermanentError, TransientError, UncertainError
from bot.steps.decide_draft import approve_draft
from bot.steps.send import decide_entry, file_copy, send, settle_lost_claim
from bot.store import tables
from tests.desks.senders import KeepingFolder, KeepingSender
from tests.desks.step_desk import StepDesk, mail


def _approved(desk: StepDesk) -> int:
    desk.add_person("kim")
    desk.arrives(mail())
    (draft,) = desk.drafts()
    return approve_draft(draft.draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)


def _state(desk: StepDesk) -> OutboxState:
    return desk.queries.outbox()[0].entry.state


def test_exactly_the_approved_bytes_leave_once(desk: StepDesk) -> None:
    entry_id, sender = _approved(desk), KeepingSender()
    for _ in range(3):
        send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    ((envelope, raw),) = sender.sent
    assert envelope.recipients == ("ann@acme.example",)
    assert raw == desk.queries.outbox()[0].entry.raw
    assert _state(desk) is OutboxState.SENT


def test_bytes_that_nobody_approved_do_not_leave(desk: StepDesk) -> None:
    entry_id, sender = _approved(desk), KeepingSender()
    with desk.store.begin() as uow:
        uow.connection.execute(update(tables.outbox).values(raw=b"Subject: forged\r\n\r\n"))
        uow.commit()
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    assert sender.sent == []
    assert _state(desk) is OutboxState.FAILED


def test_a_passing_failure_is_tried_again_with_the_same_message_id(desk: StepDesk) -> None:
    entry_id, sender = _approved(desk), KeepingSender(TransientError("451 later"))
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    assert _state(desk) is OutboxState.QUEUED
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    assert sender.sent == []
    desk.clock.moment += WAITS[0]
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    ((_, raw),) = sender.sent
    assert desk.queries.outbox()[0].entry.message_id_header.encode() in raw


@pytest.mark.parametrize(
    ("failure", "state"),
    [(PermanentError("550 no"), OutboxState.FAILED), (UncertainError("no answer"), OutboxState.UNCERTAIN)],
)
def test_what_failed_for_good_or_in_doubt_is_never_sent_again_by_itself(
    desk: StepDesk, failure: BotError, state: OutboxState
) -> None:
    entry_id, sender = _approved(desk), KeepingSender(failure)
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    desk.clock.forward(days=30)
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    assert sender.sent == []
    assert _state(desk) is state


def test_a_sender_that_died_leaves_doubt_unless_the_copy_is_in_sent(desk: StepDesk) -> None:
    entry_id = _approved(desk)
    with desk.store.begin() as uow:
        entry = uow.outbox.claim(entry_id, desk.clock.now())
        uow.commit()
    assert entry is not None
    desk.clock.moment += CLAIM_HELD_FOR + timedelta(seconds=1)
    folder = KeepingFolder()
    folder.add(entry.raw)
    settle_lost_claim(entry_id, store=desk.store, sent_folder=folder, clock=desk.clock)
    assert _state(desk) is OutboxState.SENT


@pytest.mark.parametrize("folder", [KeepingFolder(), KeepingFolder(failure=TransientError("away")), None])
def test_a_sender_that_died_without_a_trace_is_for_a_person_to_decide(
    desk: StepDesk, folder: KeepingFolder | None
) -> None:
    entry_id = _approved(desk)
    with desk.store.begin() as uow:
        uow.outbox.claim(entry_id, desk.clock.now())
        uow.commit()
    settle_lost_claim(entry_id, store=desk.store, sent_folder=folder, clock=desk.clock)
    assert _state(desk) is OutboxState.UNCERTAIN
    decide_entry(entry_id, "again", "kim", store=desk.store, clock=desk.clock)
    sender = KeepingSender()
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    assert len(sender.sent) == 1


def test_a_copy_is_filed_once_and_its_failure_repeats_no_sending(desk: StepDesk) -> None:
    entry_id, sender = _approved(desk), KeepingSender()
    send(entry_id, store=desk.store, sender=sender, clock=desk.clock)
    folder = KeepingFolder(failure=TransientError("over quota"))
    with pytest.raises(TransientError):
        file_copy(entry_id, store=desk.store, sent_folder=folder, clock=desk.clock)
    folder.failure = None
    for _ in range(2):
        file_copy(entry_id, store=desk.store, sent_folder=folder, clock=desk.clock)
    assert len(folder.copies) == len(sender.sent) == 1


def test_the_sent_answer_stands_in_the_conversation(desk: StepDesk) -> None:
    entry_id = _approved(desk)
    send(entry_id, store=desk.store, sender=KeepingSender(), clock=desk.clock)
    entry = desk.queries.outbox()[0].entry
    with desk.store.look() as uow:
        (thread,) = uow.threads.holding([entry.message_id_header])
    assert thread.thread_id == desk.items()[0].item.thread_id


@pytest.mark.parametrize(
    ("failures", "what"),
    [
        ((), "sent"),
        ((TransientError("451 later"),), "not_sent_yet"),
        ((PermanentError("550 no"),), "not_sent"),
        ((UncertainError("no answer"),), "sending_uncertain"),
    ],
)
def test_the_record_says_what_became_of_a_sending(desk: StepDesk, failures: tuple[BotError, ...], what: str) -> None:
    entry_id = _approved(desk)
    send(entry_id, store=desk.store, sender=KeepingSender(*failures), clock=desk.clock)
    entry = desk.queries.record(f"outbox:{entry_id}")[0]
    assert (entry.what, entry.before) == (what, {"state": "sending"})
