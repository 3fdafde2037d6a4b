"""A person corrects what was read in the newest message of a work item: its invoices, POs, amounts and states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desk.example import facts_of
from bot.desk.reading import KINDS, read_again
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.work_item import WorkItem, id_of
from bot.errors import RuleViolationError
from bot.ports import Clock, Renderer
from bot.repositories import Store, UnitOfWork
from bot.steps.drafting import DeskPolicy
from bot.steps.keeping_examples import keep_reading, newest_inbound
from bot.steps.persons import check_works_on, known_person
from bot.steps.redrafting import redraft
from bot.steps.surroundings import number_keys


def correct_reading(
    number: str,
    wanted: Mapping[str, Sequence[str]],
    person: str,
    *,
    store: Store,
    clock: Clock,
    renderer: Renderer,
    policy: DeskPolicy,
) -> WorkItem:
    """`wanted` names kinds of `reading.KINDS` with all values that the message is about; other kinds stay.

    The draft of the desk that waits is written anew; one that a person edited stays as they wrote it.
    Raises RuleViolationError for what is no such value, and where the item holds no message.
    """
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        item = uow.items.survivor(id_of(number))
        check_works_on(user, item)
        stored = newest_inbound(uow, item)
        if stored is None:
            raise RuleViolationError(f"{item.number} holds no message that the desk read")
        read = read_again(stored.message, stored.verdict, wanted, person)
        before, after = facts_of(stored.verdict), facts_of(read)
        changed = [kind for kind in KINDS if before[kind] != after[kind]]
        if not changed:
            return item
        uow.messages.set_verdict(stored.message_id, read)
        uow.threads.add_numbers([(key, item.thread_id) for key in number_keys(read)])
        said = [{KINDS[kind]: ", ".join(one[kind]) for kind in changed} for one in (before, after)]
        uow.record.add(RecordEntry(now, person, "corrected_reading", item.number, *said))
        keep_reading(uow, item, stored, read, person, policy.learning, now)
        if _waits_for_the_desk(uow, item):
            redraft(uow, item, policy, renderer, now)
        uow.commit()
    return item


def _waits_for_the_desk(uow: UnitOfWork, item: WorkItem) -> bool:
    waiting = uow.drafts.open_of_thread(item.thread_id)
    return waiting is not None and waiting.author == THE_DESK
