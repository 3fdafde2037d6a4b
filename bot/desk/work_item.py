"""Something to be done for a customer: one for each thread and category."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.desk.resolution import Outcome, Resolution
from bot.errors import RuleViolationError

PREFIX = "CD-"
_NUMBER = re.compile(r"^(?:CD-)?(\d{1,12})$", re.IGNORECASE)


class ItemState(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    MERGED = "merged"


# From each state, where a person may take the item. Mail alone only ever takes it back to open.
MOVES: dict[ItemState, frozenset[ItemState]] = {
    ItemState.OPEN: frozenset({ItemState.WAITING, ItemState.RESOLVED, ItemState.MERGED}),
    ItemState.WAITING: frozenset({ItemState.OPEN, ItemState.RESOLVED, ItemState.MERGED}),
    ItemState.RESOLVED: frozenset({ItemState.OPEN}),
    ItemState.MERGED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class WorkItem:
    """`version` counts changes, so that two people cannot overwrite each other. `merged_into` is the survivor's id."""

    item_id: int
    thread_id: int
    category: str
    reason: str | None
    state: ItemState
    queue: str
    side: str
    customer_number: str | None
    subject: str
    opened_at: datetime
    due_at: datetime | None = None
    assignee: str | None = None
    resolution: Resolution | None = None
    document_number: str = ""
    resolved_at: datetime | None = None
    merged_into: int | None = None
    version: int = 1
    flags: tuple[str, ...] = ()
    link: str = ""
    # The day that was agreed with the customer; its clocks pause until then.
    waiting_until: date | None = None

    @property
    def number(self) -> str:
        return number_of(self.item_id)


def number_of(item_id: int) -> str:
    return f"{PREFIX}{item_id}"


def id_of(number: str) -> int:
    """The id behind a number as people write it: CD-1042, cd-1042 or 1042."""
    match = _NUMBER.match(number.strip())
    if not match:
        raise RuleViolationError(f"{number!r} is no work item number; they look like {PREFIX}1042")
    return int(match.group(1))


def move(item: WorkItem, state: ItemState) -> WorkItem:
    """The item in its new state. Raises RuleViolationError for a move that is not allowed."""
    if state not in MOVES[item.state]:
        raise RuleViolationError(f"{item.number} is {item.state}; it cannot become {state}")
    return replace(item, state=state, waiting_until=None, version=item.version + 1)


def wait(item: WorkItem, until: date | None, today: date) -> WorkItem:
    """The item waiting for the customer, or until an agreed day."""
    if until is not None and until <= today:
        raise RuleViolationError(f"{until} is not after today; wait until a later day")
    if item.state is ItemState.WAITING:
        return replace(item, waiting_until=until, version=item.version + 1)
    return replace(move(item, ItemState.WAITING), waiting_until=until)


def resolve(item: WorkItem, ended: Outcome, now: datetime) -> WorkItem:
    """The item done, with how and when."""
    moved = move(item, ItemState.RESOLVED)
    return replace(moved, resolution=ended.resolution, document_number=ended.document_number, resolved_at=now)


def reopen(item: WorkItem) -> WorkItem:
    """The item open again; how it had ended stays in the record."""
    if item.state is ItemState.OPEN:
        return item
    moved = move(item, ItemState.OPEN)
    return replace(moved, resolution=None, document_number="", resolved_at=None)


def assign(item: WorkItem, person: str | None) -> WorkItem:
    if item.state is ItemState.MERGED:
        raise RuleViolationError(f"{item.number} was merged; assign the item it went into")
    return replace(item, assignee=person, version=item.version + 1)


def merge(item: WorkItem, survivor: WorkItem) -> WorkItem:
    """The item gone into `survivor`, for good: its number leads there from now on."""
    if item.item_id == survivor.item_id:
        raise RuleViolationError(f"{item.number} cannot be merged into itself")
    if survivor.state is ItemState.MERGED:
        raise RuleViolationError(f"{survivor.number} was merged itself")
    if item.customer_number and survivor.customer_number and item.customer_number != survivor.customer_number:
        raise RuleViolationError(f"{item.number} and {survivor.number} belong to different customers")
    return replace(move(item, ItemState.MERGED), merged_into=survivor.item_id)


def resort(item: WorkItem, category: str, reason: str | None, queue: str) -> WorkItem:
    """The item under another category, as a person corrected it."""
    if item.state is ItemState.MERGED:
        raise RuleViolationError(f"{item.number} was merged; sort the item it went into")
    return replace(item, category=category, reason=reason, queue=queue, version=item.version + 1)
