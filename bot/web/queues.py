"""The list of work items: by queue, filtered, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

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
from bot.web.item import chosen_sorting, known_number
from bot.web.item_view import sorting_choices
from bot.web.listing import MINE, read_listing, read_place
from bot.web.pages import render, see
from bot.web.saved_filters import filter_links
from bot.web.visible import typed

router = APIRouter()

MOST_AT_ONCE = 200
After = Annotated[str, Query(max_length=80)]


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
    filters = filter_links(desk, session.user)
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
        "choices": sorting_choices(desk),
        "filters": filters,
        "saved_as": next((one for one in filters if one.query == chosen.query()), None),
        "came_from": f"list:{chosen.query()}",
    }
    return render(request, "queue.html", values, status=422 if refusal else 200, refusal=refusal)


class ManyForm(BaseModel):
    """What is to be done with the chosen items, and what each of the actions needs to know."""

    do: str = ""
    number: list[str] = []
    assignee: str = ""
    choice: str = ""
    came_from: str = ""


@router.post("/bulk")
def change_many(request: Request, desk: TheDesk, session: Signed, form: Annotated[ManyForm, Form()]) -> Response:
    """One action on every chosen item. Where one refuses, the others are done, and the page says which was not."""
    listing = lists.listing_of(form.came_from) or lists.Listing()
    given = dict(parse_qsl(listing.query()))
    numbers = [known_number(one) for one in form.number[:MOST_AT_ONCE]]
    if missing := _missing(form):
        return _show(request, desk, session, given, refusal=f"Nothing was done: choose {missing}")
    change, done = _MANY[form.do](desk, session.user.name, form)
    refused = [reason for one in numbers if (reason := _refusal(change, one))]
    if refused:
        return _show(request, desk, session, given, refusal=f"Not done: {'; '.join(refused)}")
    return see("/", done=done, query=listing.query(), undo=f"items:{','.join(numbers)}")


def _missing(form: ManyForm) -> str:
    if not form.number:
        return "the items first"
    if form.do == "sort" and not form.choice:
        return "what to sort them as"
    return "what to do with them" if form.do not in _MANY else ""


def _refusal(change: Callable[[str], WorkItem], number: str) -> str:
    try:
        change(number)
    except RuleViolationError as error:
        return str(error)
    return ""


Change = tuple[Callable[[str], WorkItem], str]


def _assign_many(desk: Desk, person: str, form: ManyForm) -> Change:
    assignee = typed(form.assignee, limit=100) or None

    def change(number: str) -> WorkItem:
        return work_on_item.assign(number, assignee, person, store=desk.store, clock=desk.clock)

    return change, "assigned" if assignee else "unassigned"


def _sort_many(desk: Desk, person: str, form: ManyForm) -> Change:
    right = chosen_sorting(form.choice, person)

    def change(number: str) -> WorkItem:
        return work_on_item.resort(
            number, right, store=desk.store, clock=desk.clock, renderer=desk.renderer, policy=desk.policy
        )

    return change, "sorted"


def _wait_many(desk: Desk, person: str, _form: ManyForm) -> Change:
    return partial(work_on_item.wait, person=person, store=desk.store, clock=desk.clock), "waiting"


def _close_many(desk: Desk, person: str, _form: ManyForm) -> Change:
    def change(number: str) -> WorkItem:
        return work_on_item.resolve(number, "no_action", "", person, store=desk.store, clock=desk.clock)

    return change, "resolved"


_MANY: Mapping[str, Callable[[Desk, str, ManyForm], Change]] = {
    "assign": _assign_many,
    "sort": _sort_many,
    "wait": _wait_many,
    "close": _close_many,
}


def queue_names(desk: TheDesk) -> list[str]:
    """Those that the page always had, then any that the configuration adds."""
    named = [name for name in QUEUES if name in desk.settings.queues]
    return named + [name for name in desk.settings.queues if name not in named]
