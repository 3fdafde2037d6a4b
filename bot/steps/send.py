"""Outbox → sender: the only way by which mail leaves the house. What the desk sends to staff goes by operator_mail."""

from __future__ import annotations

from bot.desk import outbox
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.user import check_may_approve
from bot.errors import BotError, UncertainError
from bot.ports import Clock, Sender, SentFolder
from bot.repositories import Store
from bot.steps.leaving import hand_over, note_sent, settle
from bot.steps.persons import check_works_on_draft, known_person


def send(entry_id: int, *, store: Store, sender: Sender, clock: Clock) -> outbox.EntryOutcome | None:
    """Send one due entry, once. None where it was not due or someone else has it."""

    def hand(entry: outbox.OutboxEntry) -> outbox.Outcome:
        receipt = sender.send(entry.envelope, entry.raw)
        return outbox.Sent(clock.now(), receipt)

    return hand_over(entry_id, hand, store=store, clock=clock)


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
    settle(entry, outcome, store, clock)
    return outcome


def decide_entry(entry_id: int, decision: str, person: str, *, store: Store, clock: Clock) -> outbox.EntryOutcome:
    """Carry out a person's word on an uncertain or failed entry."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        check_may_approve(user)
        entry = uow.outbox.get(entry_id)
        check_works_on_draft(uow, user, uow.drafts.get(entry.draft_id))
        outcome = outbox.decide_entry(entry, decision, now)
        uow.outbox.settle(entry, outcome)
        note_sent(uow, entry, outcome)
        uow.record.add(
            RecordEntry(
                now, person, "decided_outbox", f"outbox:{entry_id}", {"state": entry.state}, {"decision": decision}
            )
        )
        uow.commit()
    return outcome
