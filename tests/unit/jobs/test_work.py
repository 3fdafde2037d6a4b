"""What jobs do when a message or the world misbehaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import Desk, build
from bot.desk.outbox import OutboxEntry, OutboxState
from bot.desk.verdict import Verdict
from bot.errors import MailboxUnreachableError, TransientError
from bot.jobs.boundary import Broken, Done, guarded
from bot.jobs.once import Progress, run_once
from bot.jobs.work import empty_outbox, look_after_sent, poll_mailbox, take_in_all
from bot.ports import Question
from bot.settings import load
from bot.steps.decide_draft import approve_draft
from bot.steps.keep_users import add_user
from bot.steps.quarantine_message import TRIES
from bot.steps.receiving import Received
from bot.store.queries import ItemFilter
from tests.desks.mailboxes import ListedMailbox
from tests.desks.senders import KeepingFolder
from tests.desks.step_desk import SteppedClock, TellingSorter, mail

BOT = """\
[company]
name = "Northgate"
domains = ["northgate.example"]

[outgoing]
protocol = "maildir"
path = "delivered"
"""
BOX = '[icc]\naddress = "icc@northgate.example"\nprotocol = "maildir"\npath = "mail"\nstart = "all"\nbatch_count = 2\n'


class StumblingSorter(TellingSorter):
    """Breaks on subjects with `poison`, and on everything while `failure` is set."""

    failure: Exception | None = None

    def sort_many(self, questions: Sequence[Question]) -> list[Verdict]:
        if self.failure is not None:
            raise self.failure
        if any("poison" in question.message.subject for question in questions):
            raise ZeroDivisionError("a mistake of ours")
        return super().sort_many(questions)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "bot.toml").write_text(BOT)
    (tmp_path / "mailboxes.toml").write_text(BOX)
    built = build(load(tmp_path, {}), clock=SteppedClock())
    yield replace(built, sorter=StumblingSorter())
    built.close()


def test_a_message_that_breaks_the_desk_is_held_and_the_others_go_on(desk: Desk) -> None:
    mailbox = ListedMailbox(*(mail(subject) for subject in ("revision/date", "poison", "refund/return")))
    assert poll_mailbox(desk, "icc", mailbox) == Received(stored=3)
    taken = take_in_all(desk)
    assert (taken.messages, taken.quarantined) == (2, 1)
    assert len(desk.queries.items(ItemFilter())) == 2
    (held,) = desk.queries.quarantined()
    assert "a mistake of ours" in held.reason
    with desk.store.look() as uow:
        assert uow.raw.get(held.raw_id or 0).attempts == TRIES


def test_while_the_world_fails_nothing_is_held_and_afterwards_all_is_worked(desk: Desk) -> None:
    poll_mailbox(desk, "icc", ListedMailbox(mail()))
    sorter = desk.sorter
    assert isinstance(sorter, StumblingSorter)
    sorter.failure = TransientError("the disk is full")
    assert take_in_all(desk).messages == 0
    assert desk.queries.quarantined() == []
    sorter.failure = None
    assert take_in_all(desk).messages == 1


def test_a_round_tells_that_it_has_drafted_once_its_drafts_can_be_approved(desk: Desk, tmp_path: Path) -> None:
    """What is measured as the way to the draft ends here, so a person must be able to act from here on."""
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1.one").write_bytes(mail("revision/date"))
    add_user("kim", "approver", "a long password", "root", store=desk.store, clock=desk.clock)
    approved: list[int] = []

    def approve_all() -> None:
        (found,) = desk.queries.items(ItemFilter())
        assert desk.queries.items(ItemFilter(queue=found.item.queue)) == [found]
        for row in desk.queries.drafts("open"):
            draft_id, letterhead = row.draft.draft_id, desk.letterhead
            approved.append(
                approve_draft(draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=letterhead)
            )

    assert run_once(desk, Progress(drafted=approve_all)).sent == len(approved) == 1


def test_a_mailbox_that_fails_is_told_and_raises_nothing(desk: Desk) -> None:
    mailbox = ListedMailbox(mail())
    mailbox.failure = MailboxUnreachableError("icc: nobody answers")
    outcome = poll_mailbox(desk, "icc", mailbox)
    assert outcome == Broken("icc: nobody answers", may_pass=True)


def test_the_boundary_makes_a_value_of_any_failure() -> None:
    assert guarded("good", lambda: 7) == Done(7)
    assert guarded("bad", lambda: 1 / 0) == Broken("ZeroDivisionError: division by zero", may_pass=False)


def test_a_sent_folder_that_fails_is_asked_once_a_round_and_holds_up_no_sending(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def failing(_: Desk, slug: str) -> KeepingFolder:
        asked.append(slug)
        return KeepingFolder(failure=TransientError("away"))

    monkeypatch.setattr(Desk, "sent_folder", failing)
    add_user("kim", "approver", "a long password", "root", store=desk.store, clock=desk.clock)
    poll_mailbox(desk, "icc", ListedMailbox(*(mail("revision/date", sender=f"a{n}@acme.example") for n in range(3))))
    take_in_all(desk)
    for row in desk.queries.drafts("open"):
        approve_draft(row.draft.draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)
    assert empty_outbox(desk) == len(desk.queries.outbox()) > 0
    assert asked == []
    look_after_sent(desk)
    assert asked == ["icc"]


def test_what_a_dead_sender_left_is_settled_by_a_look_into_the_sent_folder(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = KeepingFolder()
    monkeypatch.setattr(Desk, "sent_folder", lambda *_: folder)
    add_user("kim", "approver", "a long password", "root", store=desk.store, clock=desk.clock)
    poll_mailbox(desk, "icc", ListedMailbox(*(mail("revision/date", sender=f"a{n}@acme.example") for n in range(2))))
    take_in_all(desk)
    with_copy, without = (_claimed(desk, row.draft.draft_id) for row in desk.queries.drafts("open"))
    folder.add(with_copy.raw)
    look_after_sent(desk)
    assert {row.entry.state for row in desk.queries.outbox()} == {OutboxState.SENDING}
    assert isinstance(desk.clock, SteppedClock)
    desk.clock.forward(minutes=11)
    look_after_sent(desk)
    states = {row.entry.entry_id: row.entry.state for row in desk.queries.outbox()}
    assert states == {with_copy.entry_id: OutboxState.SENT, without.entry_id: OutboxState.UNCERTAIN}


def _claimed(desk: Desk, draft_id: int) -> OutboxEntry:
    entry_id = approve_draft(draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)
    with desk.store.begin() as uow:
        entry = uow.outbox.claim(entry_id, desk.clock.now())
        uow.commit()
    assert entry is not None
    return entry
