"""Undo of taking away a saved filter or a canned text."""

from __future__ import annotations

from bot.desk.canned_text import CannedText
from bot.desk.record import RecordEntry
from bot.desk.saved_filter import SavedFilter
from bot.errors import RuleViolationError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.persons import known_person
from bot.steps.take_back import WITHIN
from bot.user_repositories import KeptByStaff

REMOVALS = frozenset({"removed_filter", "removed_text"})


def bring_back(subject: str, person: str, *, store: Store, clock: Clock) -> None:
    """`subject` is filter:ID or text:ID. Raises RuleViolationError where the person did not just take it away."""
    now = clock.now()
    with store.begin() as uow:
        known_person(uow, person)
        entry = uow.record.newest_of(subject)
        if entry is None or entry.who != person or entry.what not in REMOVALS or now - entry.at > WITHIN:
            raise RuleViolationError("there is nothing of yours to bring back any more")
        noun, _, kept_id = subject.partition(":")
        _kept(uow, noun).bring_back(int(kept_id))
        uow.record.add(RecordEntry(now, person, "took_back", subject, entry.after, entry.before))
        uow.commit()


def _kept(uow: UnitOfWork, noun: str) -> KeptByStaff[SavedFilter] | KeptByStaff[CannedText]:
    return uow.filters if noun == "filter" else uow.texts
