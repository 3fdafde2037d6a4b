"""Outbox → sender: the only way by which mail leaves the house. What the desk sends to staff goes by operator_mail."""

from __future__ import annotations

from datetime import datetime

from bot.desk import outbox
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.user import check_may_approve
from bot.errors import BotError, UncertainError
from bot.ports import Clock, Sender, SentFolder
from bot.repositories import Store, UnitOfWork
from bot.steps.persons import check_works_on_draft, known_person
from bot.steps.reminding_still import why_not_remind_now
from bot.steps.second_look import came_back, what_is_new


def send(entry_id: int, *, store: Store, sender: Sender, clock: Clock) -> outbox.Outcome | None:
    """Send one due entry, once. None where it was not due or someone else has it."""
    # Claimed and committed first: after a crash we would rather ask a person than mail a customer twice.
    with store.begin() as uow:
        entry = uow.outbox.claim(entry_id, clock.now())
        held_back = _why_held_back(uow, entry, clock.now()) if entry is not None else ""
        uow.commit()
    if entry is None:
        return None

    outcome: outbox.Outcome
    if held_back:
        outcome = outbox.Failed(held_back)
        _settle(entry, outcome, store, clock)
        return outcome
    try:
        outbox.check_untouched(entry)
        receipt = sender.send(entry.envelope, entry.raw)
    except BotError as error:
        outcome = outbox.after_failure(entry.failures, error, clock.now())
    else:
        outcome = outbox.Sent(clock.now(), receipt)
    _settle(entry, outcome, store, clock)
    return outcome


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


def file_copy(entry_id: int, *, store: Store, sent_folder: SentFolder, clock: Clock) -> bool:
    """Put the copy of a sent message into Sent, at most once. Its failure never touches the sending."""
    with store.look() as uow:
        entry = uow.outbox.get(entry_id)
    if entry.is_filed or entry.state is not outbox.OutboxState.SENT:
        return False
    is_new = not sent_folder.holds(entry.message_id_header)
    if is_new:
        sent_folder.add(entry.raw)
    with store.begin() as uow:
        uow.outbox.mark_filed(entry_id)
        uow.record.add(RecordEntry(clock.now(), THE_DESK, "filed_in_sent", f"outbox:{entry_id}"))
        uow.commit()
    return is_new


def settle_lost_claim(entry_id: int, *, store: Store, sent_folder: SentFolder | None, clock: Clock) -> outbox.Outcome:
    """Decide about an entry whose sender died in mid-send: sent where the Sent folder holds it, else uncertain."""
    with store.look() as uow:
        entry = uow.outbox.get(entry_id)
    was_found: bool | None = None
    try:
        was_found = sent_folder.holds(entry.message_id_header) if sent_folder is not None else None
    except BotError as error:
        outcome: outbox.Outcome = outbox.after_failure(entry.failures, UncertainError(str(error)), clock.now())
    else:
        outcome = outbox.after_lost_claim(was_found_in_sent=was_found, now=clock.now())
    _settle(entry, outcome, store, clock)
    return outcome


def decide_entry(entry_id: int, decision: str, person: str, *, store: Store, clock: Clock) -> outbox.Outcome:
    """Carry out a person's word on an uncertain or failed entry."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        check_may_approve(user)
        entry = uow.outbox.get(entry_id)
        check_works_on_draft(uow, user, uow.drafts.get(entry.draft_id))
        outcome = outbox.decide_entry(entry, decision, now)
        uow.outbox.settle(entry, outcome)
        if isinstance(outcome, outbox.Sent):
            uow.messages.add_outbound(entry, uow.drafts.get(entry.draft_id), outcome.at)
            uow.clocks.restart(entry.draft_id)
        uow.record.add(
            RecordEntry(
                now, person, "decided_outbox", f"outbox:{entry_id}", {"state": entry.state}, {"decision": decision}
            )
        )
        uow.commit()
    return outcome


def _settle(entry: outbox.OutboxEntry, outcome: outbox.Outcome, store: Store, clock: Clock) -> None:
    now = clock.now()
    with store.begin() as uow:
        uow.outbox.settle(entry, outcome)
        if isinstance(outcome, outbox.Sent):
            uow.messages.add_outbound(entry, uow.drafts.get(entry.draft_id), outcome.at)
            uow.clocks.restart(entry.draft_id)
        what, after = _told(outcome)
        uow.record.add(RecordEntry(now, THE_DESK, what, f"outbox:{entry.entry_id}", {"state": entry.state}, after))
        uow.commit()


def _told(outcome: outbox.Outcome) -> tuple[str, dict[str, str]]:
    if isinstance(outcome, outbox.Sent):
        return "sent", {"answer": outcome.receipt.answer}
    if isinstance(outcome, outbox.Retry):
        return "not_sent_yet", {"reason": outcome.reason, "again_at": outcome.at.isoformat()}
    what = "not_sent" if isinstance(outcome, outbox.Failed) else "sending_uncertain"
    return what, {"reason": outcome.reason}
