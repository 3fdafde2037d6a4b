"""Whether the desk can answer, for probes."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.errors import TransientError
from bot.web.access import TheDesk

router = APIRouter()


@router.get("/healthz")
def health(desk: TheDesk) -> JSONResponse:
    try:
        with desk.store.look() as uow:
            uow.users.get("")
    except TransientError as error:
        return JSONResponse({"status": "unavailable", "reason": str(error)}, 503)
    return JSONResponse({"status": "ok"})
