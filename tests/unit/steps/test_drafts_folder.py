"""Approved replies that people send themselves: put into Drafts once, and what becomes of them noticed once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from bot.desk.in_drafts import GONE_FOR
from bot.desk.outbox import OutboxEntry, OutboxState, Way
from bot.errors import BotError, TransientError, UncertainError
from bot.parsing import InlineParser
from bot.steps.decide_draft import approve_draft
from bot.steps.drafts_folder import DraftsPorts, follow_drafts, put_into_drafts, settle_lost_put
from bot.steps.send import decide_entry, file_copy
from bot.store.item_page import item_page
from tests.desks.drafts import KeepingDrafts
from tests.desks.senders import KeepingFolder
from tests.desks.step_desk import StepDesk, mail


class Scene:
    """A reply that Kim approved for a mailbox whose people send from Drafts."""

    def __init__(self, desk: StepDesk, folder: KeepingDrafts | None = None) -> None:
        self.desk = desk
        self.folder = folder or KeepingDrafts()
        self.ports = DraftsPorts(desk.store, self.folder, InlineParser(), desk.clock)
        desk.add_person("kim")
        desk.arrives(mail(message_id="asks@acme.example"))
        (draft,) = desk.drafts()
        letterhead = replace(desk.letterhead, in_drafts=frozenset({"icc"}))
        self.entry_id = approve_draft(
            draft.draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=letterhead
        )

    @property
    def entry(self) -> OutboxEntry:
        return self.desk.queries.outbox()[0].entry

    @property
    def state(self) -> OutboxState:
        return self.entry.state

    def put(self) -> None:
        put_into_drafts(self.entry_id, self.ports)

    def follow(self, **later: float) -> int:
        self.desk.clock.forward(**later)
        self.folder.now = self.desk.clock.now()
        return follow_drafts("icc", self.ports)

    def person_sends(self, raw: bytes) -> None:
        self.folder.person_empties_drafts()
        self.folder.now = self.desk.clock.now() + timedelta(minutes=1)
        self.folder.person_sends(raw)

    def told(self) -> list[str]:
        return [one.what for one in self.desk.queries.record(f"outbox:{self.entry_id}")]


@pytest.fixture
def scene(desk: StepDesk) -> Scene:
    return Scene(desk)


def edited(raw: bytes, *, text: str | None = None, message_id: str = "<new@program>") -> bytes:
    """What a mail program makes of a draft that a person opened there: another Message-ID, perhaps another text."""
    draft = message_from_bytes(raw, policy=SMTP)
    assert isinstance(draft, EmailMessage)
    sent = EmailMessage(policy=SMTP)
    for name in ("From", "To", "Subject", "Date", "In-Reply-To", "References"):
        if draft[name]:
            sent[name] = str(draft[name])
    sent["Message-ID"] = message_id
    body = draft.get_body()
    assert isinstance(body, EmailMessage)
    sent.set_content(text if text is not None else body.get_content())
    return sent.as_bytes()


def test_exactly_the_approved_bytes_are_put_into_drafts_once_and_nothing_is_sent(scene: Scene) -> None:
    for _ in range(3):
        scene.put()
    ((raw, _),) = scene.folder.drafts.values()
    assert (raw, scene.folder.puts, scene.state) == (scene.entry.raw, 1, OutboxState.IN_DRAFTS)
    with scene.desk.store.look() as uow:
        assert uow.outbox.due(Way.SEND, scene.desk.clock.now() + timedelta(days=9), 10) == []
    assert scene.follow(minutes=5) == 0
    assert scene.state is OutboxState.IN_DRAFTS


@pytest.mark.parametrize(
    ("folder", "state", "puts"),
    [
        (KeepingDrafts(failure=TransientError("away")), OutboxState.QUEUED, 0),
        (KeepingDrafts(failure=UncertainError("lost")), OutboxState.UNCERTAIN, 0),
        (KeepingDrafts(failure_after=UncertainError("lost")), OutboxState.IN_DRAFTS, 1),
    ],
)
def test_a_put_that_fails_is_tried_again_only_where_nothing_was_put(
    desk: StepDesk, folder: KeepingDrafts, state: OutboxState, puts: int
) -> None:
    scene = Scene(desk, folder)
    scene.put()
    assert (scene.state, folder.puts) == (state, puts)
    desk.clock.forward(minutes=1)
    scene.put()
    assert folder.puts <= 1


def test_what_an_earlier_try_put_there_is_not_put_there_twice(desk: StepDesk) -> None:
    scene = Scene(desk, KeepingDrafts(failure_after=TransientError("the answer was lost after all")))
    scene.put()
    assert scene.state is OutboxState.QUEUED
    desk.clock.forward(minutes=1)
    scene.put()
    assert (scene.state, scene.folder.puts) == (OutboxState.IN_DRAFTS, 1)


@pytest.mark.parametrize(("was_put", "state"), [(True, OutboxState.IN_DRAFTS), (False, OutboxState.UNCERTAIN)])
def test_a_process_that_died_over_it_leaves_doubt_unless_it_lies_there(
    scene: Scene, was_put: bool, state: OutboxState
) -> None:
    with scene.desk.store.begin() as uow:
        uow.outbox.claim(scene.entry_id, scene.desk.clock.now())
        uow.commit()
    if was_put:
        scene.folder.put(scene.entry.raw)
    settle_lost_put(scene.entry_id, scene.ports)
    assert scene.state is state


def test_a_reply_sent_as_it_was_is_found_by_its_message_id(scene: Scene) -> None:
    scene.put()
    scene.person_sends(scene.entry.raw)
    assert scene.follow(minutes=2) == 1
    assert (scene.state, scene.entry.is_changed, scene.entry.is_filed) == (OutboxState.SENT, False, True)
    assert scene.follow(minutes=2) == 0
    assert scene.told().count("sent_from_drafts") == 1


def test_a_reply_corrected_in_the_mail_program_is_found_by_thread_and_text_and_kept_as_it_was_sent(
    scene: Scene,
) -> None:
    scene.put()
    body = scene.desk.drafts("approved")[0].text.body
    scene.person_sends(edited(scene.entry.raw, text=f"{body}\n\nSorry for the wait!"))
    scene.follow(minutes=2)
    assert (scene.state, scene.entry.is_changed) == (OutboxState.SENT, True)
    # The customer answers to the Message-ID that the mail program gave.
    scene.desk.arrives(mail("Re: thanks", "Thank you.", references=["new@program"]))
    assert len(scene.desk.items()) == 1
    shown = item_page(scene.desk.store.engine, 1001).conversation
    assert ["Sorry for the wait!" in one.newest_text for one in shown if one.direction == "outbound"] == [True]


def test_a_reply_that_was_saved_anew_in_drafts_still_waits_there(scene: Scene) -> None:
    scene.put()
    scene.folder.person_empties_drafts()
    scene.folder.person_saves(edited(scene.entry.raw))
    assert scene.follow(minutes=30) == 0
    assert scene.follow(minutes=30) == 0
    assert scene.state is OutboxState.IN_DRAFTS


def test_a_deleted_reply_is_told_once_its_sending_would_be_over_and_can_be_put_there_again(scene: Scene) -> None:
    scene.put()
    scene.folder.person_empties_drafts()
    assert scene.follow(minutes=1) == 0
    assert scene.state is OutboxState.IN_DRAFTS
    assert scene.follow(seconds=GONE_FOR.total_seconds()) == 1
    assert (scene.state, scene.entry.sent_at) == (OutboxState.DELETED, None)
    assert scene.follow(minutes=1) == 0
    decide_entry(scene.entry_id, "again", "kim", store=scene.desk.store, clock=scene.desk.clock)
    scene.put()
    assert (scene.state, scene.folder.puts) == (OutboxState.IN_DRAFTS, 2)


def test_a_reply_whose_copy_reaches_sent_late_is_not_taken_for_deleted(scene: Scene) -> None:
    scene.put()
    raw = scene.entry.raw
    scene.folder.person_empties_drafts()
    scene.follow(minutes=1)
    scene.person_sends(raw)
    scene.follow(minutes=5)
    assert scene.state is OutboxState.SENT


def test_another_answer_of_a_colleague_in_the_thread_is_not_taken_for_the_reply(scene: Scene) -> None:
    scene.put()
    scene.person_sends(edited(scene.entry.raw, text="Ann, call me please. Kim"))
    scene.follow(minutes=1)
    scene.follow(minutes=11)
    assert scene.state is OutboxState.DELETED


def test_a_person_who_says_it_was_sent_is_believed_and_no_copy_is_filed(scene: Scene) -> None:
    scene.put()
    decide_entry(scene.entry_id, "sent", "kim", store=scene.desk.store, clock=scene.desk.clock)
    copies = KeepingFolder()
    file_copy(scene.entry_id, store=scene.desk.store, sent_folder=copies, clock=scene.desk.clock)
    assert (scene.state, copies.copies) == (OutboxState.SENT, [])
    assert scene.follow(hours=1) == 0


def test_a_folder_that_cannot_be_read_changes_nothing(scene: Scene) -> None:
    scene.put()
    scene.folder.person_empties_drafts()
    scene.folder.failure = TransientError("away")
    with pytest.raises(BotError):
        scene.follow(hours=1)
    assert (scene.state, scene.entry.missing_since) == (OutboxState.IN_DRAFTS, None)
