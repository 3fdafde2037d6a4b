"""Which work items a list shows: the filters of its address, and what follows an item in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from bot.desk.user import User
from bot.desk.work_item import ItemState
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
SORTS = {"newest": "Newest first", "oldest": "Oldest first"}
SIDES = {"outside": "From outside", "inside": "From colleagues"}
AGES = {"1": "Older than a day", "3": "Older than 3 days", "7": "Older than a week", "30": "Older than a month"}


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, as its address names it. Every field is text; what is not understood is left out."""

    queue: str = ""
    state: str = "undone"
    category: str = ""
    reason: str = ""
    side: str = ""
    assignee: str = ""
    mailbox: str = ""
    customer: str = ""
    older: str = ""
    drafted: str = ""
    sort: str = "newest"

    def query(self, **changed: str) -> str:
        """The address of this list, or of one that differs in some fields; defaults are left out."""
        shown = replace(self, **changed)
        values = {field.name: getattr(shown, field.name) for field in fields(shown)}
        defaults = Listing()
        return urlencode({name: value for name, value in values.items() if value != getattr(defaults, name)})

    @property
    def is_filtered(self) -> bool:
        return self != Listing(queue=self.queue, state=self.state, sort=self.sort)

    def choice(self, user: User, now: datetime, after: int | None = None, limit: int = 50) -> QueueChoice:
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
            only_drafted=bool(self.drafted),
            oldest_first=self.sort == "oldest",
            after=after,
            limit=limit,
            within=user.queues,
        )


def read_listing(given: Mapping[str, str]) -> Listing:
    """The list that an address names. Whatever is in it, there is a list."""
    values = {field.name: typed(given.get(field.name, ""), limit=100).strip() for field in fields(Listing)}
    listing = Listing(**values)
    return replace(
        listing,
        state=listing.state if listing.state in STATE_CHOICES else "undone",
        side=listing.side if listing.side in SIDES else "",
        older=listing.older if listing.older in AGES else "",
        drafted="yes" if listing.drafted == "yes" else "",
        sort=listing.sort if listing.sort in SORTS else "newest",
    )


def listing_of(came_from: str) -> Listing | None:
    """The list that a person came from, as the item's page carries it along; None where they came from none."""
    if not came_from.startswith("list:"):
        return None
    return read_listing(dict(parse_qsl(typed(came_from, limit=500).removeprefix("list:"))))
