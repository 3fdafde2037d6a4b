"""Whether the desk can answer, for probes, and whether it does well, for people."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bot.errors import TransientError
from bot.web.access import TheDesk
from bot.web.pages import render

router = APIRouter()
guarded = APIRouter()


@router.get("/healthz")
def probe(desk: TheDesk) -> JSONResponse:
    try:
        with desk.store.look() as uow:
            uow.users.get("")
    except TransientError as error:
        return JSONResponse({"status": "unavailable", "reason": str(error)}, 503)
    return JSONResponse({"status": "ok"})


@guarded.get("/health")
def show_health(request: Request, desk: TheDesk) -> Response:
    return render(request, "health.html", {"health": desk.health()})
