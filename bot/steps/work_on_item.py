"""What a person does with a work item. Each is one transaction, and on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.desk import work_item
from bot.desk.record import RecordEntry
from bot.desk.resolution import outcome
from bot.desk.work_item import ItemState, WorkItem
from bot.errors import RuleViolationError
from bot.ports import Clock, Renderer
from bot.repositories import Store, UnitOfWork
from bot.steps.drafting import DeskPolicy
from bot.steps.keeping_examples import keep_sorting
from bot.steps.persons import check_works_on, known_person
from bot.steps.redrafting import redraft
from bot.steps.staling import Noted, make_stale


def assign(number: str, assignee: str | None, person: str, *, store: Store, clock: Clock) -> WorkItem:
    def change(uow: UnitOfWork, item: WorkItem) -> WorkItem:
        if assignee is not None:
            colleague = uow.users.get(assignee)
            if colleague is None:
                raise RuleViolationError(f"there is no user {assignee}")
            if not colleague.works_in(item.queue):
                raise RuleViolationError(f"{assignee} does not work in {item.queue}, where {item.number} lies")
        return work_item.assign(item, assignee)

    return _change(number, "assigned", person, change, store, clock)


def wait(number: str, person: str, *, store: Store, clock: Clock, until: date | None = None) -> WorkItem:
    """The customer has to answer first; with `until`, nothing is to be done before that day."""
    change = lambda _, item: work_item.wait(item, until, clock.now().date())  # noqa: E731
    return _change(number, "set_waiting", person, change, store, clock)


def reopen(number: str, person: str, *, store: Store, clock: Clock) -> WorkItem:
    return _change(number, "reopened", person, lambda _, item: work_item.reopen(item), store, clock)


def resolve(number: str, resolution: str, document_number: str, person: str, *, store: Store, clock: Clock) -> WorkItem:
    ended = outcome(resolution, document_number)

    def change(uow: UnitOfWork, item: WorkItem) -> WorkItem:
        _make_stale(uow, item.thread_id, person, clock)
        return work_item.resolve(item, ended, clock.now())

    return _change(number, "resolved", person, change, store, clock)


@dataclass(frozen=True, slots=True)
class Correction:
    """The category and reason that a person says an item has."""

    category: str
    reason: str | None
    person: str


def resort(
    number: str, right: Correction, *, store: Store, clock: Clock, renderer: Renderer, policy: DeskPolicy
) -> WorkItem:
    """Put the item under another category, and write the answer that belongs to it."""
    catalog = policy.catalog
    if right.category not in catalog:
        raise RuleViolationError(f"{right.category!r} is no category; use one of {', '.join(catalog)}")
    category = catalog[right.category]
    if right.reason and right.reason not in category.reasons:
        raise RuleViolationError(f"{right.reason!r} is no reason of {category.slug}; use {', '.join(category.reasons)}")

    def change(uow: UnitOfWork, item: WorkItem) -> WorkItem:
        others = [one for one in uow.items.of_thread(item.thread_id) if one.item_id != item.item_id]
        if any(one.category == category.slug and one.state is not ItemState.MERGED for one in others):
            raise RuleViolationError(f"the thread of {item.number} has an item of that category already; merge them")
        after = work_item.resort(item, category.slug, right.reason, category.queue)
        redraft(uow, after, policy, renderer, clock.now())
        if after != item:
            keep_sorting(uow, item, after, right.person, policy.learning, clock.now())
        return after

    return _change(number, "sorted", right.person, change, store, clock)


def merge(number: str, survivor_number: str, person: str, *, store: Store, clock: Clock) -> WorkItem:
    """Let one item go into another, for good. Answers the survivor."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        item = uow.items.survivor(work_item.id_of(number))
        survivor = uow.items.survivor(work_item.id_of(survivor_number))
        check_works_on(user, item, survivor)
        merged = work_item.merge(item, survivor)
        before = _shown(item) | _draft_shown(uow, item)
        uow.items.save(merged)
        moved = set(uow.items.messages_of(item.item_id)) - set(uow.items.messages_of(survivor.item_id))
        uow.items.move_messages(item.item_id, survivor.item_id)
        _make_stale(uow, item.thread_id, person, clock)
        after = _shown(merged) | _draft_shown(uow, item) | {"moved": ", ".join(map(str, sorted(moved)))}
        _record(uow, RecordEntry(now, person, "merged", item.number, before, after))
        uow.commit()
    return survivor


def split(number: str, message_ids: tuple[int, ...], person: str, *, store: Store, clock: Clock) -> WorkItem:
    """A new item, in a thread of its own, for some of the messages. Answers the new item."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        item = uow.items.get(work_item.id_of(number))
        check_works_on(user, item)
        held = uow.items.messages_of(item.item_id)
        if not message_ids or not set(message_ids) < set(held):
            raise RuleViolationError(
                f"{item.number} holds the messages {', '.join(map(str, held))}; name some of them, not all"
            )
        thread_id = uow.threads.add(item.subject, item.customer_number, now, linked_to=item.thread_id)
        for sibling in uow.items.of_thread(item.thread_id):
            # A sibling of another category may hold the same mail; it goes along into its own conversation.
            uow.items.unlink_messages(sibling.item_id, message_ids)
        uow.messages.move_to_thread(message_ids, thread_id)
        _make_stale(uow, item.thread_id, person, clock)
        fresh = replace(item, thread_id=thread_id, state=ItemState.OPEN, opened_at=now, assignee=None, version=1)
        added = uow.items.add(replace(fresh, link=f"split from {item.number}"))
        for message_id in message_ids:
            uow.items.link_message(added.item_id, message_id)
        _record(uow, RecordEntry(now, person, "split", item.number, {}, {"into": added.number}))
        uow.commit()
    return added


def note(number: str, body: str, person: str, *, store: Store, clock: Clock) -> None:
    """Add an internal note. It can never become part of a mail."""
    if not body.strip():
        raise RuleViolationError("the note is empty")
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        item = uow.items.survivor(work_item.id_of(number))
        check_works_on(user, item)
        uow.items.add_note(item.item_id, person, body, now)
        _record(uow, RecordEntry(now, person, "noted", item.number))
        uow.commit()


def _change(
    number: str,
    what: str,
    person: str,
    change: Callable[[UnitOfWork, WorkItem], WorkItem],
    store: Store,
    clock: Clock,
) -> WorkItem:
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        before = uow.items.survivor(work_item.id_of(number))
        check_works_on(user, before)
        stood = _shown(before) | _draft_shown(uow, before)
        after = change(uow, before)
        if after != before:
            uow.items.save(after)
            stands = _shown(after) | _draft_shown(uow, after)
            _record(uow, RecordEntry(now, person, what, after.number, stood, stands))
            uow.commit()
    return after


def _make_stale(uow: UnitOfWork, thread_id: int, person: str, clock: Clock) -> None:
    """A draft that waits was written before this: a person reads it again before it may leave."""
    waiting = uow.drafts.open_of_thread(thread_id)
    if waiting is not None:
        make_stale(uow, waiting, person, clock.now())


def _draft_shown(uow: UnitOfWork, item: WorkItem) -> dict[str, str]:
    waiting = uow.drafts.open_of_thread(item.thread_id)
    return {"draft": str(Noted.of(waiting)) if waiting is not None else ""}


def _shown(item: WorkItem) -> dict[str, str]:
    return {
        "state": item.state,
        "category": item.category,
        "reason": item.reason or "",
        "queue": item.queue,
        "assignee": item.assignee or "",
        "resolution": item.resolution or "",
        "document": item.document_number,
        "resolved_at": item.resolved_at.isoformat() if item.resolved_at else "",
        "waiting_until": str(item.waiting_until or ""),
        "merged_into": work_item.number_of(item.merged_into) if item.merged_into else "",
    }


def _record(uow: UnitOfWork, entry: RecordEntry) -> None:
    changed = {key for key in entry.after if entry.before.get(key) != entry.after[key]} if entry.before else None
    if changed is None:
        uow.record.add(entry)
        return
    before = {key: value for key, value in entry.before.items() if key in changed}
    after = {key: value for key, value in entry.after.items() if key in changed}
    uow.record.add(replace(entry, before=before, after=after))
