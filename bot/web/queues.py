"""The list of work items: by queue, filtered, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.queue_names import QUEUES
from bot.desk.verdict import UNSORTED
from bot.desk.work_item import WorkItem
from bot.errors import NotFoundError, RuleViolationError
from bot.steps import work_on_item
from bot.store.queue_order import Place
from bot.store.queue_page import newest_message, queue_page
from bot.store.record_page import active_people
from bot.stored import Session
from bot.web import listing as lists
from bot.web.access import Signed, TheDesk
from bot.web.item import known_number
from bot.web.listing import MINE, read_listing, read_place
from bot.web.pages import render, see
from bot.web.visible import typed

router = APIRouter()

MOST_AT_ONCE = 200
After = Annotated[str, Query(max_length=80)]
Chosen = Annotated[list[str] | None, Form()]
Text = Annotated[str, Form()]


@router.get("/")
def show_queue(request: Request, desk: TheDesk, session: Signed, after: After = "") -> Response:
    place = read_place(after)
    if after and place is None:
        raise NotFoundError("there is no such place in the list")
    return _show(request, desk, session, request.query_params, place)


def _show(
    request: Request,
    desk: Desk,
    session: Session,
    given: Mapping[str, str],
    after: Place | None = None,
    refusal: str = "",
) -> Response:
    queues = [name for name in queue_names(desk) if session.user.works_in(name)]
    chosen = read_listing(given)
    if chosen.queue not in (*queues, MINE):
        chosen = read_listing({**given, "queue": ""})
    people = active_people(desk.store.engine)
    values = {
        "page": queue_page(desk.store.engine, chosen.choice(session.user, desk.clock.now(), after)),
        "listing": chosen,
        "newest": newest_message(desk.store.engine),
        "lists": lists,
        "queues": queues,
        "mailbox_choices": [(slug, slug) for slug in desk.settings.mailboxes],
        "catalog": desk.settings.catalog,
        "categories": [*((one.slug, one.title) for one in desk.settings.catalog.values()), (UNSORTED, "Unsorted")],
        "people": people,
        "people_choices": [(name, name) for name in people],
        "after": after,
        "back": chosen.query(),
    }
    return render(request, "queue.html", values, status=422 if refusal else 200, refusal=refusal)


@router.post("/bulk")
def change_many(
    request: Request,
    desk: TheDesk,
    session: Signed,
    do: Text = "",
    number: Chosen = None,
    assignee: Text = "",
    back: Text = "",
) -> Response:
    """One action on every chosen item. Where one refuses, the others are done, and the page says which was not."""
    listing = lists.listing_of(f"list:{typed(back, limit=500)}") or lists.Listing()
    numbers = [known_number(one) for one in (number or [])[:MOST_AT_ONCE]]
    if not numbers or do not in _MANY:
        what = "choose the items first" if not numbers else "choose what to do with them"
        return _show(request, desk, session, dict(_pairs(listing)), refusal=f"Nothing was done: {what}")
    change, done = _MANY[do](desk, session.user.name, typed(assignee, limit=100))
    refused = [reason for one in numbers if (reason := _refusal(change, one))]
    if refused:
        return _show(request, desk, session, dict(_pairs(listing)), refusal=f"Not done: {'; '.join(refused)}")
    return see("/", done=done, query=listing.query(), undo=f"items:{','.join(numbers)}")


def _pairs(listing: lists.Listing) -> list[tuple[str, str]]:
    return parse_qsl(listing.query())


def _refusal(change: Callable[[str], WorkItem], number: str) -> str:
    try:
        change(number)
    except RuleViolationError as error:
        return str(error)
    return ""


Change = tuple[Callable[[str], WorkItem], str]


def _assign_many(desk: Desk, person: str, assignee: str) -> Change:
    def change(number: str) -> WorkItem:
        return work_on_item.assign(number, assignee or None, person, store=desk.store, clock=desk.clock)

    return change, "assigned" if assignee else "unassigned"


def _wait_many(desk: Desk, person: str, _assignee: str) -> Change:
    return partial(work_on_item.wait, person=person, store=desk.store, clock=desk.clock), "waiting"


def _close_many(desk: Desk, person: str, _assignee: str) -> Change:
    def change(number: str) -> WorkItem:
        return work_on_item.resolve(number, "no_action", "", person, store=desk.store, clock=desk.clock)

    return change, "resolved"


_MANY: Mapping[str, Callable[[Desk, str, str], Change]] = {
    "assign": _assign_many,
    "wait": _wait_many,
    "close": _close_many,
}


def queue_names(desk: TheDesk) -> list[str]:
    """Those that the page always had, then any that the configuration adds."""
    named = [name for name in QUEUES if name in desk.settings.queues]
    return named + [name for name in desk.settings.queues if name not in named]
