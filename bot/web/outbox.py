"""Approved messages on their way, and the decision about those where nobody can tell."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from bot.desk.outbox import DECISIONS as DECIDABLE
from bot.desk.outbox import OutboxState
from bot.steps.send import decide_entry
from bot.store.outbox_page import outbox_page
from bot.web.access import Approver, Signed, TheDesk
from bot.web.pages import render, see

router = APIRouter()

PAGE = 50
# The answers of the page, and what the desk calls them.
DECISIONS = {"arrived": "sent", "again": "again", "cancel": "cancel", "deleted": "deleted"}


@router.get("/outbox")
def show_outbox(
    request: Request,
    desk: TheDesk,
    session: Signed,
    state: str = "",
    after: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    state = state if state in set(OutboxState) else ""
    found = outbox_page(desk.store.engine, (state,) if state else (), after, PAGE + 1, within=session.user.queues)
    values = {
        "entries": found[:PAGE],
        "next_after": found[PAGE - 1].entry_id if len(found) > PAGE else None,
        "state": state,
        "undecided": DECIDABLE,
    }
    return render(request, "outbox.html", values)


@router.post("/outbox/{entry_id}/decide")
def decide(
    desk: TheDesk,
    session: Approver,
    entry_id: Annotated[int, Path(ge=1, le=2**53)],
    decision: Annotated[str, Form()] = "",
) -> Response:
    spoken = DECISIONS.get(decision, decision)
    decide_entry(entry_id, spoken, session.user.name, store=desk.store, clock=desk.clock)
    return see("/outbox", done=decision)
