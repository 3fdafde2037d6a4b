"""The list of work items, by queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.desk.triage import UNSORTED_QUEUE
from bot.desk.work_item import ItemState
from bot.store.queue_page import UNDONE, QueueChoice, queue_page
from bot.web.access import Signed, TheDesk
from bot.web.item import known_number
from bot.web.pages import render, see
from bot.web.words import QUEUES

router = APIRouter()

MINE = "mine"
# What the state filter offers, and which states each choice shows.
STATE_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "undone": ("Open and waiting", UNDONE),
    "open": ("Open", (ItemState.OPEN,)),
    "waiting": ("Waiting", (ItemState.WAITING,)),
    "resolved": ("Resolved", (ItemState.RESOLVED,)),
    "all": ("All but merged", (*UNDONE, ItemState.RESOLVED)),
}
RowId = Annotated[int | None, Query(ge=1, le=2**53)]


@router.get("/")
def show_queue(
    request: Request, desk: TheDesk, session: Signed, queue: str = "", state: str = "undone", after: RowId = None
) -> Response:
    queues = queue_names(desk)
    queue = queue if queue in (*queues, MINE) else ""
    state = state if state in STATE_CHOICES else "undone"
    chosen = QueueChoice(
        queue=queue if queue in queues else None,
        assignee=session.user.name if queue == MINE else None,
        states=STATE_CHOICES[state][1],
        after=after,
    )
    page = queue_page(desk.store.engine, chosen)
    values = {
        "page": page,
        "queue": queue,
        "queues": queues,
        "state": state,
        "state_choices": STATE_CHOICES,
        "after": after,
    }
    return render(request, "queue.html", values)


@router.get("/go")
def go_to_number(number: str = "") -> Response:
    """The box at the top: a number as people write it → its item."""
    return see(f"/items/{known_number(number)}")


def queue_names(desk: TheDesk) -> list[str]:
    """Those that the page always had, then any that the configuration adds."""
    used = {category.queue for category in desk.settings.catalog.values()}
    named = [name for name in QUEUES if name in used or name == UNSORTED_QUEUE]
    return named + sorted(used - set(named))
