"""The page behind a link with which a person sets their own password, once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.errors import NotAllowedError, RuleViolationError
from bot.steps.own_account import name_of_link, set_password_by_link
from bot.steps.passwords import check_repeated
from bot.web.access import TheDesk, check_own_site
from bot.web.attempts import Attempts
from bot.web.pages import render, see

router = APIRouter()

Text = Annotated[str, Form()]


@router.get("/set-password")
def show_form(request: Request, desk: TheDesk, link: str = "") -> Response:
    name = name_of_link(link[:200], store=desk.store, clock=desk.clock)
    return render(request, "set_password.html", {"link": link, "name": name})


@router.post("/set-password")
def set_password(request: Request, desk: TheDesk, link: Text = "", password: Text = "", again: Text = "") -> Response:
    """The secret in the link stands for the log-in that there is not yet; no other site can know it."""
    check_own_site(request)
    attempts: Attempts = request.app.state.attempts
    name = name_of_link(link[:200], store=desk.store, clock=desk.clock)
    try:
        check_repeated(password, again)
        with attempts.hashing:
            set_password_by_link(link[:200], password, store=desk.store, clock=desk.clock)
    except NotAllowedError:
        raise
    except RuleViolationError as error:
        return render(request, "set_password.html", {"link": link, "name": name}, status=422, refusal=str(error))
    return see("/log-in", done="password_set")
