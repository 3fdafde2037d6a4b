"""What people have to look at beside work items: call-backs, returned mail, floods and loops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from bot.steps.close_task import close_task
from bot.store.task_page import tasks_page
from bot.web.access import Signed, TheDesk
from bot.web.pages import render, see

router = APIRouter()


@router.get("/tasks")
def show_tasks(request: Request, desk: TheDesk, session: Signed) -> Response:
    return render(request, "tasks.html", {"tasks": tasks_page(desk.store.engine, within=session.user.queues)})


@router.post("/tasks/{task_id}/done")
def mark_done(task_id: Annotated[int, Path(ge=1, le=2**53)], desk: TheDesk, session: Signed) -> Response:
    close_task(task_id, session.user.name, store=desk.store, clock=desk.clock)
    return see("/tasks", done="task_done")
