"""How the mailboxes do: when each was read last, and what stands in the way."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.stored import MailboxState
from bot.web.access import TheDesk
from bot.web.pages import render

router = APIRouter()


@router.get("/mailboxes")
def show_mailboxes(request: Request, desk: TheDesk) -> Response:
    known = {state.slug: state for state in desk.queries.mailboxes()}
    rows = [
        (slug, table.address, known.get(slug, MailboxState(slug))) for slug, table in desk.settings.mailboxes.items()
    ]
    return render(request, "mailboxes.html", {"rows": rows})
