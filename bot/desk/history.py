"""What happened to a work item, in order: read back from the record, so that it is the same for ever."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.desk.record import RecordEntry
from bot.desk.work_item import ItemState, WorkItem
from bot.ledger.money import Money

_STATES = frozenset(ItemState)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands from one change to the next. `until` is the day that was agreed to wait for."""

    since: datetime
    state: ItemState
    category: str
    reason: str
    queue: str
    assignee: str
    until: date | None
    # Who brought it about; "" for the first.
    by: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One item. `standings` begin with its opening; `sent` are the moments at which we wrote; both in order."""

    item_id: int
    opened_at: datetime
    side: str
    customer_number: str | None
    # The largest sum that its mail names, or that the ledger has for what it names.
    at_stake: Money | None
    standings: tuple[Standing, ...]
    sent: tuple[datetime, ...]

    def standing(self, at: datetime) -> Standing:
        place = bisect_right(self.standings, at, key=lambda one: one.since)
        return self.standings[max(place - 1, 0)]


def history_of(
    item: WorkItem, entries: Sequence[RecordEntry], sent: Sequence[datetime], at_stake: Money | None = None
) -> History:
    """The item as it is now, and back from there through the entries of its record, given oldest first."""
    after = Standing(
        since=item.opened_at,
        state=item.state,
        category=item.category,
        reason=item.reason or "",
        queue=item.queue,
        assignee=item.assignee or "",
        until=item.waiting_until,
    )
    found: list[Standing] = []
    for entry in reversed(entries):
        before = _before(after, entry)
        if before != after:
            # A mail may have been received before it was taken in, but nothing happens to an item before it is opened.
            # Only the entry that set it tells the agreed day for sure: mail that ends the waiting says nothing of it.
            until = _day(entry.after["waiting_until"]) if "waiting_until" in entry.after else after.until
            found.append(replace(after, since=max(entry.at, item.opened_at), by=entry.who, until=until))
            after = before
    first = replace(after, since=item.opened_at, by="")
    written = tuple(sorted(at for at in sent if at >= item.opened_at))
    standings = (first, *reversed(found))
    return History(item.item_id, item.opened_at, item.side, item.customer_number, at_stake, standings, written)


def as_of(history: History, moment: datetime) -> History:
    """What was known of it at a past moment."""
    if history.standings[-1].since <= moment and not any(at > moment for at in history.sent):
        return history
    return replace(
        history,
        standings=tuple(one for one in history.standings if one.since <= moment) or history.standings[:1],
        sent=tuple(at for at in history.sent if at <= moment),
    )


def _before(after: Standing, entry: RecordEntry) -> Standing:
    old = entry.before
    state = old.get("state", after.state)
    if state not in _STATES:
        # An entry about something else of the item, such as its draft.
        return after
    until = old.get("waiting_until")
    # Made anew rather than by replace(), which takes four times as long: a report reads tens of thousands of them.
    return Standing(
        since=after.since,
        state=ItemState(state),
        category=old.get("category", after.category),
        reason=old.get("reason", after.reason),
        queue=old.get("queue", after.queue),
        assignee=old.get("assignee", after.assignee),
        until=after.until if until is None else _day(until),
        by=after.by,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
