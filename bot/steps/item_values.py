"""What is known of a work item, as the values that texts and templates can name. Shared by steps that only look."""

from __future__ import annotations

from datetime import datetime

from bot.desk.reply import reply_language
from bot.desk.reply_values import reply_values
from bot.desk.triage import Topic
from bot.desk.work_item import WorkItem
from bot.repositories import UnitOfWork
from bot.steps.drafting import DeskPolicy
from bot.steps.redrafting import occasion_of


def item_values(
    uow: UnitOfWork, item: WorkItem, policy: DeskPolicy, now: datetime, topic: Topic | None = None
) -> dict[str, object]:
    """By the newest message of the item. `topic` looks at it as if it stood under that category and reason.

    Nothing where nobody wrote: then only the ledger and the clock had a reason to write to the customer.
    """
    occasion = occasion_of(uow, item)
    if occasion is None:
        return {}
    asked = topic or Topic(item.category, item.reason, item.queue)
    # What nobody sorted yet is taken for what it most likely is.
    category = policy.catalog.get(asked.category) or policy.catalog[occasion.inquiry.verdict.best]
    language = reply_language(occasion.inquiry.known, occasion.inquiry.side)
    office = policy.office(occasion.mailbox)
    return dict(reply_values(occasion.inquiry, category, asked.reason, office, language, now))
