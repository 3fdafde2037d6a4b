"""Lists that people keep under a name, beside the queues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.own_or_shared import may_change
from bot.desk.saved_filter import SavedFilter
from bot.desk.user import User
from bot.steps.keep_filters import remove_filter, save_filter
from bot.store.queue_page import UNDONE, count_items
from bot.web.access import Signed, TheDesk
from bot.web.listing import MINE, STATE_CHOICES, Listing, listing_of, read_listing
from bot.web.pages import see
from bot.web.visible import typed

router = APIRouter()

# A list that is longer than this is no shorter for being counted.
MOST_COUNTED = 999
Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class FilterLink:
    """A saved filter as it stands beside the queues. `count` is None for lists of what is done."""

    kept: SavedFilter
    query: str
    count: int | None
    may_change: bool


def filter_links(desk: Desk, user: User) -> Sequence[FilterLink]:
    """The person's own and the shared ones, but for those of queues that are not the person's."""
    with desk.store.look() as uow:
        kept = uow.filters.of(user.name)
    listings = [(one, read_listing(dict(parse_qsl(one.query)))) for one in kept]
    return [
        FilterLink(one, listing.query(), _count(desk, user, listing), may_change(user, one))
        for one, listing in listings
        if listing.queue in ("", MINE) or user.works_in(listing.queue)
    ]


def _count(desk: Desk, user: User, listing: Listing) -> int | None:
    if not set(STATE_CHOICES[listing.state][1]) <= set(UNDONE):
        return None
    return count_items(desk.store.engine, listing.choice(user, desk.clock.now()), MOST_COUNTED + 1)


@router.post("/filters")
def keep_filter(desk: TheDesk, session: Signed, name: Text = "", shared: Text = "", came_from: Text = "") -> Response:
    listing = listing_of(came_from) or Listing()
    save_filter(
        typed(name, limit=200),
        listing.query(),
        session.user.name,
        is_shared=shared == "yes",
        store=desk.store,
        clock=desk.clock,
    )
    return see("/", done="filter_saved", query=listing.query())


@router.post("/filters/remove")
def take_filter_away(
    desk: TheDesk, session: Signed, filter_id: Annotated[int, Form()], came_from: Text = ""
) -> Response:
    remove_filter(filter_id, session.user.name, store=desk.store, clock=desk.clock)
    listing = listing_of(came_from) or Listing()
    return see("/", done="filter_removed", query=listing.query(), undo=f"filter:{filter_id}")
