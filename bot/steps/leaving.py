"""What every way out of the outbox has in common: the claim, the last look before it, and the outcome. No step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.desk import outbox
from bot.desk.record import THE_DESK, RecordEntry
from bot.errors import BotError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.reminding_still import why_not_remind_now
from bot.steps.second_look import came_back, what_is_new

_WITH_REASON = {
    outbox.Failed: "not_sent",
    outbox.Uncertain: "sending_uncertain",
    outbox.Deleted: "deleted_in_drafts",
}


def hand_over(
    entry_id: int, hand: Callable[[outbox.OutboxEntry], outbox.EntryOutcome], *, store: Store, clock: Clock
) -> outbox.EntryOutcome | None:
    """Give one due entry to `hand`, once. None where it was not due or someone else has it."""
    # Claimed and committed first: after a crash we would rather ask a person than mail a customer twice.
    with store.begin() as uow:
        entry = uow.outbox.claim(entry_id, clock.now())
        held_back = _why_held_back(uow, entry, clock.now()) if entry is not None else ""
        uow.commit()
    if entry is None:
        return None

    outcome: outbox.EntryOutcome
    if held_back:
        outcome = outbox.Failed(held_back)
        settle(entry, outcome, store, clock)
        return outcome
    try:
        outbox.check_untouched(entry)
        outcome = hand(entry)
    except BotError as error:
        outcome = outbox.after_failure(entry.failures, error, clock.now())
    settle(entry, outcome, store, clock)
    return outcome


def settle(entry: outbox.OutboxEntry, outcome: outbox.EntryOutcome, store: Store, clock: Clock) -> None:
    now = clock.now()
    with store.begin() as uow:
        uow.outbox.settle(entry, outcome)
        note_sent(uow, entry, outcome)
        what, after = _told(outcome)
        uow.record.add(RecordEntry(now, THE_DESK, what, f"outbox:{entry.entry_id}", {"state": entry.state}, after))
        uow.commit()


def note_sent(uow: UnitOfWork, entry: outbox.OutboxEntry, outcome: outbox.EntryOutcome) -> None:
    """What was sent stands in the conversation, and the clocks know of it. The caller commits."""
    if isinstance(outcome, outbox.Sent):
        uow.messages.add_outbound(entry, uow.drafts.get(entry.draft_id), outcome.at)
        uow.clocks.restart(entry.draft_id)
    elif isinstance(outcome, outbox.SentByPerson):
        uow.messages.add_outbound(entry, uow.drafts.get(entry.draft_id), outcome.at, outcome)
        uow.clocks.restart(entry.draft_id)


def _why_held_back(uow: UnitOfWork, entry: outbox.OutboxEntry, now: datetime) -> str:
    """What happened since the approval that a person must know first, "" where nothing did."""
    draft = uow.drafts.get(entry.draft_id)
    suspect = came_back(uow, draft)
    if suspect:
        return f"held back: {suspect}"
    untrue = why_not_remind_now(uow, draft, now.date())
    if untrue:
        return f"held back: {untrue}"
    changes = what_is_new(uow, draft)
    return f"held back, since {'; '.join(changes)}" if changes else ""


def _told(outcome: outbox.EntryOutcome) -> tuple[str, dict[str, str]]:
    if isinstance(outcome, outbox.Sent):
        return "sent", {"answer": outcome.receipt.answer}
    if isinstance(outcome, outbox.Retry):
        return "not_sent_yet", {"reason": outcome.reason, "again_at": outcome.at.isoformat()}
    if isinstance(outcome, outbox.InDrafts):
        return "put_into_drafts", {}
    if isinstance(outcome, outbox.SentByPerson):
        message = outcome.message
        text = "changed" if outcome.is_changed else "as approved"
        return "sent_from_drafts", {"text": text, "message_id": message.message_id_header, "subject": message.subject}
    return _WITH_REASON[type(outcome)], {"reason": outcome.reason}
