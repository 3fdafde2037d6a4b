"""Writing the answer anew after a person sorted a work item otherwise. The caller commits."""

from __future__ import annotations

from datetime import datetime

from bot.desk.reply_values import Inquiry
from bot.desk.triage import Topic
from bot.desk.work_item import ItemState, WorkItem
from bot.ports import Renderer
from bot.repositories import UnitOfWork
from bot.steps.drafting import DeskPolicy, Occasion, answer


def redraft(uow: UnitOfWork, item: WorkItem, policy: DeskPolicy, renderer: Renderer, now: datetime) -> None:
    """Answer the newest message of the item under its new category, with the other items of the thread."""
    stored = [uow.messages.inbound(message_id) for message_id in uow.items.messages_of(item.item_id)]
    inbound = [one for one in stored if one is not None]
    if not inbound:
        return
    newest = inbound[-1]
    others = [
        one
        for one in uow.items.of_thread(item.thread_id)
        if one.item_id != item.item_id and one.state in (ItemState.OPEN, ItemState.WAITING)
    ]
    customer = uow.ledger.customer(item.customer_number) if item.customer_number else None
    numbers = [*newest.verdict.values("invoice"), *newest.verdict.values("po")]
    known = uow.ledger.lookup(customer, numbers, newest.verdict.values("state"))
    occasion = Occasion(
        inquiry=Inquiry(newest.message_id, newest.message, newest.side, newest.verdict, known),
        topics=[Topic(one.category, one.reason, one.queue) for one in (item, *others)],
        item_ids=[one.item_id for one in (item, *others)],
        thread_id=item.thread_id,
        mailbox=newest.mailbox,
        tag=item.number,
    )
    answer(uow, occasion, policy, renderer, now)
