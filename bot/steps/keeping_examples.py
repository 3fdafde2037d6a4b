"""Keeping what a person corrected as an example, where the company consents. Shared by the steps of people.

The caller commits. Without consent nothing is kept, and the correction works all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.desk.example import (
    Learning,
    OwnExample,
    Right,
    as_said,
    example_mail,
    facts_of,
    right_after_undo,
    said_of,
    sorted_right,
)
from bot.desk.record import RecordEntry
from bot.desk.verdict import Verdict
from bot.desk.work_item import WorkItem
from bot.repositories import UnitOfWork
from bot.stored import InboundRow


def newest_inbound(uow: UnitOfWork, item: WorkItem) -> InboundRow | None:
    """The newest message of the item that was sorted: what a correction of the item speaks of."""
    for message_id in reversed(uow.items.messages_of(item.item_id)):
        stored = uow.messages.inbound(message_id)
        if stored is not None:
            return stored
    return None


def keep_sorting(
    uow: UnitOfWork, before: WorkItem, after: WorkItem, person: str, learning: Learning, now: datetime
) -> None:
    """A person put the item under another category or reason."""
    stored = newest_inbound(uow, after) if learning.keeps else None
    if stored is None:
        return
    kept = uow.examples.of_message(stored.message_id)
    known = kept.right if kept is not None else as_said(stored.verdict)
    right = sorted_right(known, before.category, after.category, after.reason)
    _keep(uow, after, stored, right, learning, person, now)


def forget_sorting(uow: UnitOfWork, undone: WorkItem, restored: WorkItem) -> None:
    """A sorting was a slip, and teaches nothing; what was kept of earlier corrections stays."""
    stored = newest_inbound(uow, restored)
    kept = uow.examples.of_message(stored.message_id) if stored is not None else None
    if stored is None or kept is None:
        return
    right = right_after_undo(kept.right, as_said(stored.verdict), undone.category, restored.category, restored.reason)
    if right is None:
        uow.examples.forget([kept.message_id])
    else:
        uow.examples.keep(replace(kept, right=right))


def keep_reading(
    uow: UnitOfWork, item: WorkItem, stored: InboundRow, read: Verdict, person: str, learning: Learning, now: datetime
) -> None:
    """A person corrected what was read in a message: `stored` is the message before, `read` the verdict after it."""
    if not learning.keeps:
        return
    kept = uow.examples.of_message(stored.message_id)
    known = kept.right if kept is not None else as_said(stored.verdict)
    right = sorted_right(known, item.category, item.category, item.reason)
    _keep(uow, item, stored, replace(right, facts=facts_of(read)), learning, person, now)


def _keep(
    uow: UnitOfWork, item: WorkItem, stored: InboundRow, right: Right, learning: Learning, person: str, now: datetime
) -> None:
    kept = OwnExample(
        message_id=stored.message_id,
        thread_id=item.thread_id,
        customer_number=item.customer_number,
        mail=example_mail(stored.message, stored.side, stored.mailbox, learning),
        right=right,
        currency=stored.verdict.currency,
        said=said_of(stored.verdict),
        corrected_by=person,
        corrected_at=now,
    )
    uow.examples.keep(kept)
    after = {"message": str(stored.message_id), "categories": ", ".join(right.categories)}
    uow.record.add(RecordEntry(now, person, "kept_example", item.number, {}, after))
