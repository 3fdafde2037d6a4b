"""The clocks of an item as the page shows them, and what a person is told by them."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.errors import RuleViolationError
from bot.store.clock_page import ShownClock, item_clocks, notices_of
from bot.web.access import Signed, TheDesk
from bot.web.pages import render, see
from bot.web.visible import typed

router = APIRouter()


def agreed_day(text: str) -> date | None:
    """The day of a date field, None where it was left empty. Raises RuleViolationError."""
    entered = typed(text, limit=20)
    try:
        return date.fromisoformat(entered) if entered else None
    except ValueError:
        raise RuleViolationError(f"{entered!r} is no day; write it as 2026-12-01") from None


def clocks_of_item(desk: Desk, item_id: int) -> tuple[ShownClock, ...]:
    return item_clocks(desk.store.engine, item_id, desk.settings.sla, desk.clock.now())


@router.get("/notices")
def show_notices(request: Request, desk: TheDesk, session: Signed) -> Response:
    return render(request, "notices.html", {"notices": notices_of(desk.store.engine, session.user)})


@router.post("/notices")
def see_notices(desk: TheDesk, session: Signed) -> Response:
    with desk.store.begin() as uow:
        uow.clocks.see_notices(session.user, desk.clock.now())
        uow.commit()
    return see("/notices")
