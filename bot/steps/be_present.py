"""An open page → who else is at the item. Nothing of it is work, so nothing of it is on record."""

from __future__ import annotations

from bot.desk.presence import Presence, needs_renewal, others
from bot.desk.work_item import id_of
from bot.ports import Clock
from bot.repositories import Store


def be_present(number: str, person: str, *, is_writing: bool, store: Store, clock: Clock) -> list[Presence]:
    """Say that the person is at the item; the others who are. Mostly the store is only read."""
    now = clock.now()
    with store.look() as uow:
        item_id = uow.items.survivor(id_of(number)).item_id
        there = uow.presences.at(item_id)
    known = next((one for one in there if one.person == person), None)
    if needs_renewal(known, now, is_writing=is_writing):
        with store.begin() as uow:
            uow.presences.renew(item_id, Presence(person, is_writing, now))
            uow.commit()
    return others(there, person, now)


def leave(number: str, person: str, *, store: Store) -> None:
    """The page was closed."""
    with store.begin() as uow:
        uow.presences.leave(uow.items.survivor(id_of(number)).item_id, person)
        uow.commit()
