"""Examples that are no longer to be kept: because a person says so, or because their time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.desk.record import THE_DESK, RecordEntry
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.persons import known_person

SUBJECT = "examples"


def forget_examples(message_ids: Sequence[int] | None, person: str, *, store: Store, clock: Clock) -> int:
    """Delete what was kept of these messages, or of all; how many there were. The messages themselves stay."""
    with store.begin() as uow:
        known_person(uow, person)
        wanted = [one.message_id for one in uow.examples.kept()] if message_ids is None else list(message_ids)
        count = uow.examples.forget(wanted)
        _record(uow, person, clock, count, "messages" if message_ids is not None else "all")
        uow.commit()
    return count


def forget_old_examples(keeps_for: timedelta, *, store: Store, clock: Clock) -> int:
    """Delete what was kept longer than the configuration allows."""
    with store.begin() as uow:
        count = uow.examples.forget_before(clock.now() - keeps_for)
        _record(uow, THE_DESK, clock, count, "older than kept")
        uow.commit()
    return count


def _record(uow: UnitOfWork, who: str, clock: Clock, count: int, which: str) -> None:
    if count:
        uow.record.add(RecordEntry(clock.now(), who, "forgot_examples", SUBJECT, {}, {which: str(count)}))
