"""Messages that could not be taken in: why, their bytes, and another try."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from bot.errors import NotFoundError
from bot.steps.release import release
from bot.store.message_page import held_head
from bot.web.access import Approver, Signed, TheDesk
from bot.web.files import download
from bot.web.messages import raw_content
from bot.web.pages import render, see

router = APIRouter()

RowId = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/quarantine")
def show_quarantine(request: Request, desk: TheDesk, session: Signed) -> Response:
    # What could not be read lies in no queue yet.
    held = desk.queries.quarantined() if session.user.queues is None else []
    return render(request, "quarantine.html", {"held": held})


@router.get("/quarantine/{quarantine_id}/raw")
def download_held(quarantine_id: RowId, desk: TheDesk) -> Response:
    """The whole message, or its first bytes where the body was never fetched."""
    with desk.store.look() as uow:
        held = uow.quarantine.get(quarantine_id)
    content = raw_content(desk, held.raw_id) if held.raw_id is not None else held_head(desk.store.engine, quarantine_id)
    if content is None:
        raise NotFoundError("nothing of this message was fetched; read it in the mailbox")
    return download(content, f"quarantine-{quarantine_id}.eml", "text/plain")


@router.post("/quarantine/{quarantine_id}/release")
def release_held(quarantine_id: RowId, desk: TheDesk, session: Approver) -> Response:
    release(quarantine_id, session.user.name, store=desk.store, clock=desk.clock)
    return see("/quarantine", done="released")
