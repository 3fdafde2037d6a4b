"""Undo: what a person just decided is taken back, as long as nothing has left. On record like the decision itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.desk.draft import DraftState
from bot.desk.record import RecordEntry
from bot.desk.resolution import Resolution
from bot.desk.work_item import ItemState, WorkItem, id_of
from bot.errors import RuleViolationError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.keeping_examples import forget_sorting
from bot.steps.persons import check_works_on, check_works_on_draft, known_person
from bot.steps.staling import Noted, put_back, supersede

# An approval waits this long in the outbox before it may leave.
HELD_FOR = timedelta(seconds=10)
# Afterwards a change is no slip of the hand any more, and has buttons of its own.
WITHIN = timedelta(minutes=1)

# Changes of an item, by their words on record. To split it is not among them: merging puts it together again.
UNDOABLE = frozenset({"assigned", "set_waiting", "resolved", "reopened", "sorted", "merged"})


def take_back_decision(draft_id: int, person: str, *, store: Store, clock: Clock) -> None:
    """The draft waits again, as it was. Raises RuleViolationError where it left, or where too much time went by."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        draft = uow.drafts.get(draft_id)
        check_works_on_draft(uow, user, draft)
        if draft.state not in (DraftState.APPROVED, DraftState.REJECTED):
            raise RuleViolationError(f"draft {draft_id} is {draft.state}; there is nothing to undo")
        if draft.state is DraftState.APPROVED and not uow.outbox.withdraw(draft_id):
            raise RuleViolationError("the message is on its way already and cannot be taken back")
        decided = uow.drafts.take_back_decision(draft_id)
        if decided is None or decided.person != person or now - decided.at > WITHIN:
            raise RuleViolationError("only who decided can undo it, and within a minute")
        # Newer mail brought a newer draft meanwhile: then this one has had its day.
        other = uow.drafts.open_of_thread(draft.thread_id)
        state = DraftState.OPEN if other is None else DraftState.SUPERSEDED
        uow.drafts.set_state(draft, state)
        uow.record.add(
            RecordEntry(now, person, "took_back", f"draft:{draft_id}", {"state": draft.state}, {"state": state})
        )
        uow.commit()


def take_back_change(number: str, person: str, *, store: Store, clock: Clock) -> WorkItem:
    """The item as it was before this person's change to it, where that was the last thing done to it.

    What the change did to the draft that waits and to the examples is undone with it. Raises RuleViolationError where
    somebody worked on the draft since.
    """
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        # Of a merged item its own number: what it went into has a history of its own.
        item = uow.items.get(id_of(number))
        entry = _last_change(uow, item, person, now)
        restored = _restored(item, entry.before)
        # Whoever sorted it into the work of others may take it back from there.
        check_works_on(user, restored)
        _restore_draft(uow, entry, person, now)
        uow.items.save(restored)
        if item.merged_into is not None:
            uow.items.unlink_messages(item.merged_into, [int(one) for one in _listed(entry.after.get("moved", ""))])
        if entry.what == "sorted":
            forget_sorting(uow, item, restored)
        uow.record.add(RecordEntry(now, person, "took_back", item.number, entry.after, entry.before))
        uow.commit()
    return restored


def _last_change(uow: UnitOfWork, item: WorkItem, person: str, now: datetime) -> RecordEntry:
    entry = uow.record.newest_of(item.number)
    if entry is None or entry.who != person or entry.what not in UNDOABLE or now - entry.at > WITHIN:
        raise RuleViolationError(f"there is nothing of yours to undo at {item.number} any more")
    return entry


def _restored(item: WorkItem, before: Mapping[str, str]) -> WorkItem:
    return replace(
        item,
        state=ItemState(before.get("state", item.state)),
        category=before.get("category", item.category),
        reason=(before["reason"] or None) if "reason" in before else item.reason,
        queue=before.get("queue", item.queue),
        assignee=(before["assignee"] or None) if "assignee" in before else item.assignee,
        resolution=_resolution(before["resolution"]) if "resolution" in before else item.resolution,
        document_number=before.get("document", item.document_number),
        resolved_at=_moment(before["resolved_at"]) if "resolved_at" in before else item.resolved_at,
        waiting_until=_day(before["waiting_until"]) if "waiting_until" in before else item.waiting_until,
        merged_into=None if "merged_into" in before else item.merged_into,
        version=item.version + 1,
    )


def _restore_draft(uow: UnitOfWork, entry: RecordEntry, person: str, now: datetime) -> None:
    """The draft that the change wrote gives way again to the one that had waited, as that did."""
    if "draft" not in entry.after:
        return
    before, after = Noted.parse(entry.before["draft"]), Noted.parse(entry.after["draft"])
    if after is not None:
        written = uow.drafts.get(after.draft_id)
        if Noted.of(written) != after:
            raise RuleViolationError(f"draft {after.draft_id} was worked on since; undo would lose that")
        if before is None or before.draft_id != after.draft_id:
            supersede(uow, written, person, now)
    if before is not None:
        put_back(uow, uow.drafts.get(before.draft_id), before.state, person, now)


def _listed(text: str) -> list[str]:
    return text.split(", ") if text else []


def _resolution(written: str) -> Resolution | None:
    return Resolution(written) if written else None


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
