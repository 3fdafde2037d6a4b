"""What was kept of corrections to learn from, for administrators: each with its message, and how to delete it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from bot.errors import RuleViolationError
from bot.steps.forget_examples import forget_examples
from bot.store.examples_page import examples_page
from bot.store.models_page import model_page
from bot.web.access import Administrator, TheDesk
from bot.web.pages import render, see

router = APIRouter()

ON_A_PAGE = 100


@router.get("/examples")
def show_examples(
    request: Request, desk: TheDesk, _: Administrator, after: Annotated[int | None, Query(ge=1, le=2**53)] = None
) -> Response:
    engine = desk.store.engine
    rows = examples_page(engine, after=after, limit=ON_A_PAGE + 1)
    values = {
        "rows": rows[:ON_A_PAGE],
        "next_after": rows[ON_A_PAGE - 1].example_id if len(rows) > ON_A_PAGE else None,
        "consents": desk.policy.learning.keeps,
        "masks_people": desk.policy.learning.masks_people,
        "keep_days": desk.settings.learning.keep_days,
        "model": model_page(engine),
    }
    return render(request, "examples.html", values)


@router.post("/examples/forget")
def forget(desk: TheDesk, session: Administrator, message_id: Annotated[int, Form(ge=1, le=2**53)]) -> Response:
    if not forget_examples([message_id], session.user.name, store=desk.store, clock=desk.clock):
        raise RuleViolationError("this example was deleted already")
    return see("/examples", done="forgotten")
