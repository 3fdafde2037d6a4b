"""The search box and what it finds; the page of one account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.excerpt import excerpt
from bot.desk.search_query import FILTERS, Sought, read_search
from bot.desk.user import User
from bot.desk.work_item import PREFIX, WorkItem, id_of
from bot.errors import NotFoundError, RuleViolationError
from bot.store.customer_page import customer_page, found_customers, found_invoices
from bot.store.search_page import Hit, SearchPage, search_page
from bot.web.access import Signed, TheDesk
from bot.web.item import known_number
from bot.web.pages import render, see
from bot.web.visible import typed

router = APIRouter()

LONGEST = 500
After = Annotated[int | None, Query(ge=1, le=2**53)]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit with the part of its text that shows why it was found: pieces, each with whether it was looked for."""

    hit: Hit
    pieces: tuple[tuple[str, bool], ...]


@router.get("/search")
def search(request: Request, desk: TheDesk, session: Signed, q: str = "", after: After = None) -> Response:
    """A number such as CD-1042 leads to its item; everything else is looked for."""
    asked = typed(q, limit=LONGEST).strip()
    if asked.upper().startswith(PREFIX) and " " not in asked:
        return see(f"/items/{known_number(asked)}")
    sought = read_search(asked)
    zone = ZoneInfo(desk.settings.company.time_zone)
    engine, user = desk.store.engine, session.user
    page = SearchPage((), None) if sought.is_empty else search_page(engine, sought, user, zone, after)
    values = {
        "asked": asked,
        "sought": sought,
        "filters": FILTERS,
        "hits": [_shown(hit, sought) for hit in page.hits],
        "next_after": page.next_after,
        "after": after,
        "item": _item(desk, asked, user) if after is None else None,
        "customers": found_customers(engine, sought.words, user) if after is None else [],
        "invoices": found_invoices(engine, sought.words, user) if after is None else [],
    }
    return render(request, "search.html", values)


@router.get("/customer")
def show_customer(request: Request, desk: TheDesk, session: Signed, number: str = "") -> Response:
    page = customer_page(desk.store.engine, typed(number, limit=100), session.user)
    return render(request, "customer.html", {"page": page})


def _shown(hit: Hit, sought: Sought) -> ShownHit:
    return ShownHit(hit, tuple(excerpt(hit.text, sought.words)))


def _item(desk: Desk, asked: str, user: User) -> WorkItem | None:
    """The item that the digits alone may mean."""
    try:
        item_id = id_of(asked)
        with desk.store.look() as uow:
            item = uow.items.survivor(item_id)
    except (RuleViolationError, NotFoundError):
        return None
    return item if user.works_in(item.queue) else None
