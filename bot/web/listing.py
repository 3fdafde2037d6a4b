"""Which work items a list shows: the filters of its address, and what follows an item in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from bot.desk.user import User
from bot.desk.work_item import ItemState
from bot.store.queue_order import Order, Place
from bot.store.queue_page import UNDONE, QueueChoice
from bot.web.visible import typed

MINE, UNASSIGNED = "mine", "nobody"
# What the state filter offers, and which states each choice shows.
STATE_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "undone": ("Open and waiting", UNDONE),
    "open": ("Open", (ItemState.OPEN,)),
    "waiting": ("Waiting", (ItemState.WAITING,)),
    "resolved": ("Resolved", (ItemState.RESOLVED,)),
    "all": ("All but merged", (*UNDONE, ItemState.RESOLVED)),
}
SORTS = {
    "due": "Due first",
    "amount": "Largest amount first",
    "oldest": "Oldest first",
    "newest": "Newest first",
}
SIDES = {"outside": "From outside", "inside": "From colleagues"}
# What the desk's promises say of an item: due within so much time from now.
PROMISES = {
    "late": ("Late", timedelta(0)),
    "soon": ("Due within 2 hours", timedelta(hours=2)),
    "day": ("Due within a day", timedelta(days=1)),
}
AMOUNTS = {"1000": "1,000 and more", "10000": "10,000 and more", "50000": "50,000 and more"}
AGES = {"1": "Older than a day", "3": "Older than 3 days", "7": "Older than a week", "30": "Older than a month"}


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, as its address names it. Every field is text; what is not understood is left out.

    `at` is where an item stood that was opened from the list: whatever becomes of it, the next one is found.
    """

    queue: str = ""
    state: str = "undone"
    category: str = ""
    reason: str = ""
    side: str = ""
    assignee: str = ""
    mailbox: str = ""
    customer: str = ""
    older: str = ""
    amount: str = ""
    promise: str = ""
    drafted: str = ""
    sort: str = "due"
    at: str = ""

    def query(self, **changed: str) -> str:
        """The address of this list, or of one that differs in some fields; defaults are left out."""
        shown = replace(self, at="", **changed) if "at" not in changed else replace(self, **changed)
        values = {field.name: getattr(shown, field.name) for field in fields(shown)}
        defaults = Listing()
        return urlencode({name: value for name, value in values.items() if value != getattr(defaults, name)})

    @property
    def is_filtered(self) -> bool:
        return self != Listing(queue=self.queue, state=self.state, sort=self.sort, at=self.at)

    @property
    def order(self) -> Order:
        # What is done is due no more: the newest is what one looks for.
        is_done = not set(STATE_CHOICES[self.state][1]) <= set(UNDONE)
        return Order.NEWEST if self.sort == Order.DUE and is_done else Order(self.sort)

    def choice(self, user: User, now: datetime, after: Place | None = None, limit: int = 50) -> QueueChoice:
        """What the store is asked for."""
        is_mine = self.queue == MINE or self.assignee == MINE
        return QueueChoice(
            queue=self.queue if self.queue not in ("", MINE) else None,
            assignee=user.name if is_mine else (self.assignee or None),
            states=STATE_CHOICES[self.state][1],
            category=self.category or None,
            reason=self.reason or None,
            side=self.side or None,
            mailbox=self.mailbox or None,
            customer=self.customer or None,
            opened_before=now - timedelta(days=int(self.older)) if self.older else None,
            late_at=now + PROMISES[self.promise][1] if self.promise else None,
            least_cents=int(self.amount) * 100 if self.amount else 0,
            only_drafted=bool(self.drafted),
            order=self.order,
            after=after,
            limit=limit,
            within=user.queues,
        )


def read_listing(given: Mapping[str, str]) -> Listing:
    """The list that an address names. Whatever is in it, there is a list."""
    values = {field.name: typed(given.get(field.name, ""), limit=100).strip() for field in fields(Listing)}
    defaults = Listing()
    # A choice that the page does not offer is none.
    known = {
        name: values[name] if values[name] in offered else getattr(defaults, name) for name, offered in _OFFERED.items()
    }
    return Listing(**(values | known))


def promise_choices() -> list[tuple[str, str]]:
    return [(name, title) for name, (title, _) in PROMISES.items()]


_OFFERED: Mapping[str, Collection[str]] = {
    "state": STATE_CHOICES,
    "side": SIDES,
    "older": AGES,
    "amount": AMOUNTS,
    "promise": PROMISES,
    "drafted": ("yes",),
    "sort": SORTS,
}
_PLACE = re.compile(r"(\d{1,2})-(\d{1,18})-(\d{1,18})-(\d{1,16})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def place_text(place: Place) -> str:
    """A place as an address carries it."""
    return f"{place.rank}-{(place.sort_at - _EPOCH) // _MICROSECOND}-{place.cents}-{place.item_id}"


def read_place(text: str) -> Place | None:
    """None where the text names none."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    rank, moment, cents, item_id = (int(one) for one in found.groups())
    try:
        return Place(rank, _EPOCH + moment * _MICROSECOND, cents, item_id)
    except OverflowError:
        return None


def listing_of(came_from: str) -> Listing | None:
    """The list that a person came from, as the item's page carries it along; None where they came from none."""
    if not came_from.startswith("list:"):
        return None
    return read_listing(dict(parse_qsl(typed(came_from, limit=500).removeprefix("list:"))))


def known_origin(given: str) -> str:
    """The list that the person works through: the drafts, or one of items; in any other case none."""
    listing = listing_of(given)
    return f"list:{listing.query(at=listing.at)}" if listing is not None else ("drafts" if given == "drafts" else "")
