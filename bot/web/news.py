"""What an open page asks every few seconds: is there new work, and who else is here?

A short question and no open stream: who is at an item has to be said again and again anyway, any web process can answer
it, no thread is held meanwhile, and a proxy in between needs no setting.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query
from fastapi.responses import JSONResponse, Response

from bot.desk.work_item import id_of
from bot.steps.be_present import be_present, leave
from bot.store.item_page import count_newer
from bot.store.queue_page import count_news
from bot.web.access import Signed, TheDesk
from bot.web.item import known_number
from bot.web.listing import read_listing
from bot.web.visible import one_line, typed

router = APIRouter()

Seen = Annotated[int, Query(ge=0, le=2**53)]
Text = Annotated[str, Form()]


@router.get("/news")
def news(desk: TheDesk, session: Signed, seen: Seen = 0, listing: Annotated[str, Query(alias="list")] = "") -> Response:
    """How many items of a list got mail since its page was made."""
    chosen = read_listing(dict(parse_qsl(typed(listing, limit=500)))).choice(session.user, desk.clock.now())
    count = count_news(desk.store.engine, chosen, seen)
    return JSONResponse({"told": f"{count} new" if count else ""})


@router.post("/items/{number}/presence")
def presence(desk: TheDesk, session: Signed, number: str, doing: Text = "", seen: Text = "") -> Response:
    """Who else is at the item, in words, and whether its conversation has newer mail than the page."""
    canonical, person = known_number(number), session.user.name
    if doing == "leaving":
        leave(canonical, person, store=desk.store)
        return JSONResponse({"told": ""})
    found = be_present(canonical, person, is_writing=doing == "writing", store=desk.store, clock=desk.clock)
    told = [f"{one_line(one.person)} {'writes here too' if one.is_writing else 'looks at this too'}" for one in found]
    newer = count_newer(desk.store.engine, id_of(canonical), int(seen)) if seen.isdecimal() and len(seen) < 16 else 0
    fresh = f"{newer} new {'message' if newer == 1 else 'messages'} in this conversation" if newer else ""
    return JSONResponse({"told": ", ".join(told), "fresh": fresh})
