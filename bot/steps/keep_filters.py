"""A person keeps a list of work items under a name, or takes one away."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.own_or_shared import check_may_change, named
from bot.desk.record import RecordEntry
from bot.desk.saved_filter import SavedFilter
from bot.errors import RuleViolationError
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.persons import known_person


def save_filter(name: str, query: str, person: str, *, is_shared: bool, store: Store, clock: Clock) -> SavedFilter:
    """Under a name that the person has already, it takes the place of that one."""
    wanted = SavedFilter(0, named(name), query, person, is_shared)
    if not query:
        raise RuleViolationError("choose filters first: without any, the list is that of the queues")
    with store.begin() as uow:
        known_person(uow, person)
        mine = [one for one in uow.filters.of(person) if one.owner == person and one.name == wanted.name]
        if mine:
            saved = replace(wanted, filter_id=mine[0].filter_id)
            uow.filters.save(saved.filter_id, saved)
        else:
            saved = replace(wanted, filter_id=uow.filters.add(wanted))
        before = _told(mine[0]) if mine else {}
        uow.record.add(RecordEntry(clock.now(), person, "saved_filter", _subject(saved), before, _told(saved)))
        uow.commit()
    return saved


def remove_filter(filter_id: int, person: str, *, store: Store, clock: Clock) -> None:
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        kept = uow.filters.get(filter_id)
        check_may_change(user, kept)
        uow.filters.remove(filter_id, now)
        uow.record.add(RecordEntry(now, person, "removed_filter", _subject(kept), _told(kept), {}))
        uow.commit()


def _subject(kept: SavedFilter) -> str:
    return f"filter:{kept.filter_id}"


def _told(kept: SavedFilter) -> dict[str, str]:
    return {"name": kept.name, "query": kept.query, "shared": "yes" if kept.is_shared else "no"}
