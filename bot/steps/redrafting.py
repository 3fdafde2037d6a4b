"""Answers that a person causes: by sorting a work item otherwise, or by asking for one."""

from __future__ import annotations

from datetime import datetime

from bot.desk.record import RecordEntry
from bot.desk.reply_values import Inquiry
from bot.desk.triage import Topic
from bot.desk.work_item import ItemState, WorkItem, id_of
from bot.errors import RuleViolationError
from bot.ports import Clock, Renderer
from bot.repositories import Store, UnitOfWork
from bot.steps.drafting import DeskPolicy, Occasion, answer, write_asked
from bot.steps.persons import check_works_on, known_person


def redraft(uow: UnitOfWork, item: WorkItem, policy: DeskPolicy, renderer: Renderer, now: datetime) -> None:
    """Answer the newest message of the item under its new category. The caller commits."""
    occasion = occasion_of(uow, item)
    if occasion is not None:
        answer(uow, occasion, policy, renderer, now)


def start_reply(
    number: str, person: str, *, store: Store, clock: Clock, renderer: Renderer, policy: DeskPolicy
) -> WorkItem:
    """Write a draft because a person asks for one, also where the desk would not by itself.

    Raises RuleViolationError where a draft waits already, or where nobody wrote anything to answer.
    """
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        item = uow.items.survivor(id_of(number))
        check_works_on(user, item)
        waiting = uow.drafts.open_of_thread(item.thread_id)
        if waiting is not None:
            raise RuleViolationError(f"draft {waiting.draft_id} waits in this conversation already")
        occasion = occasion_of(uow, item)
        if occasion is None:
            raise RuleViolationError(f"{item.number} holds no message to answer")
        draft = write_asked(uow, occasion, policy, renderer, now)
        uow.record.add(RecordEntry(now, person, "asked_for_draft", item.number, {}, {"draft": str(draft.draft_id)}))
        uow.commit()
    return item


def occasion_of(uow: UnitOfWork, item: WorkItem) -> Occasion | None:
    """The newest message of the item, with the other items of the thread; None where nothing came in."""
    stored = [uow.messages.inbound(message_id) for message_id in uow.items.messages_of(item.item_id)]
    inbound = [one for one in stored if one is not None]
    if not inbound:
        return None
    newest = inbound[-1]
    others = [
        one
        for one in uow.items.of_thread(item.thread_id)
        if one.item_id != item.item_id and one.state in (ItemState.OPEN, ItemState.WAITING)
    ]
    customer = uow.ledger.customer(item.customer_number) if item.customer_number else None
    numbers = [*newest.verdict.values("invoice"), *newest.verdict.values("po")]
    known = uow.ledger.lookup(customer, numbers, newest.verdict.values("state"))
    return Occasion(
        inquiry=Inquiry(newest.message_id, newest.message, newest.side, newest.verdict, known),
        topics=[Topic(one.category, one.reason, one.queue) for one in (item, *others)],
        item_ids=[one.item_id for one in (item, *others)],
        thread_id=item.thread_id,
        mailbox=newest.mailbox,
        tag=item.number,
    )
