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
from bot.steps.persons import check_works_on, check_works_on_draft, known_person

# An approval waits this long in the outbox before it may leave.
HELD_FOR = timedelta(seconds=10)
# Afterwards a change is no slip of the hand any more, and has buttons of its own.
WITHIN = timedelta(minutes=1)

# Changes of an item that are nothing but the values on record.
_UNDOABLE = frozenset({"assigned", "set_waiting", "resolved"})


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
    """The item as it was before this person's change to it, where that was the last thing done to it."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        item = uow.items.survivor(id_of(number))
        check_works_on(user, item)
        entry = _last_change(uow, item, person, now)
        restored = _restored(item, entry.before)
        uow.items.save(restored)
        uow.record.add(RecordEntry(now, person, "took_back", item.number, entry.after, entry.before))
        uow.commit()
    return restored


def _last_change(uow: UnitOfWork, item: WorkItem, person: str, now: datetime) -> RecordEntry:
    entry = uow.record.newest_of(item.number)
    if entry is None or entry.who != person or entry.what not in _UNDOABLE or now - entry.at > WITHIN:
        raise RuleViolationError(f"there is nothing of yours to undo at {item.number} any more")
    return entry


def _restored(item: WorkItem, before: Mapping[str, str]) -> WorkItem:
    state = ItemState(before.get("state", item.state))
    return replace(
        item,
        state=state,
        assignee=(before["assignee"] or None) if "assignee" in before else item.assignee,
        resolution=Resolution(before["resolution"]) if before.get("resolution") else None,
        document_number=before.get("document", item.document_number if state is item.state else ""),
        resolved_at=item.resolved_at if state is item.state else None,
        waiting_until=_day(before["waiting_until"]) if "waiting_until" in before else item.waiting_until,
        version=item.version + 1,
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
