"""Quarantine → another try: what an operator lets back in."""

from __future__ import annotations

from bot.desk.record import RecordEntry
from bot.desk.user import check_works_in
from bot.errors import RuleViolationError
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.persons import known_person


def release(quarantine_id: int, person: str, *, store: Store, clock: Clock) -> None:
    """Let a held message be taken in again. One whose body never came has nothing to try again."""
    now = clock.now()
    with store.begin() as uow:
        check_works_in(known_person(uow, person), (), f"quarantine entry {quarantine_id}")
        held = uow.quarantine.get(quarantine_id)
        if held.released_at is not None:
            raise RuleViolationError(f"quarantine entry {quarantine_id} was released already")
        if held.raw_id is None:
            raise RuleViolationError(
                f"the body of {held.pointer} was never fetched ({held.reason}); read it in the mailbox"
            )
        uow.quarantine.release(quarantine_id, person, now)
        uow.raw.release(held.raw_id)
        uow.record.add(RecordEntry(now, person, "released", f"quarantine:{quarantine_id}"))
        uow.commit()
