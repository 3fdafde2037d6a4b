"""What comes first in a queue: money that the targets call large, then mail by its due moment, then what waits."""

from __future__ import annotations

from enum import IntEnum

from bot.desk.history import History, Standing
from bot.desk.sla import Case, SlaPolicy
from bot.desk.work_item import ItemState


class Rank(IntEnum):
    """Within a rank the next due comes first. What waits for the customer, as reminders do, stands behind all mail."""

    LARGE = 0
    USUAL = 1
    WAITING = 2


def case_of(history: History, standing: Standing) -> Case:
    """What of an item decides about its targets, as it stood then."""
    return Case(
        standing.queue,
        standing.category,
        standing.reason,
        history.side,
        history.customer_number,
        history.at_stake.amount if history.at_stake is not None else None,
    )


def rank_of(history: History, policy: SlaPolicy) -> Rank:
    """By how the item stands now."""
    standing = history.standings[-1]
    if standing.state is ItemState.WAITING:
        return Rank.WAITING
    case = case_of(history, standing)
    is_large = any(rule.amount_over is not None and rule.fits(case) for rule in policy.rules)
    return Rank.LARGE if is_large else Rank.USUAL
