"""The second step of a log-in: the code of an authenticator, or setting one up where the person's role demands it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from markupsafe import Markup

from bot.bootstrap import Desk
from bot.desk.one_time_code import enrolment_uri
from bot.errors import RuleViolationError
from bot.steps import log_in
from bot.steps.own_account import confirm_second_factor, offer_second_factor
from bot.stored import Session
from bot.web.access import HalfSigned, TheDesk, check_own_site, check_token, door, token_of
from bot.web.pages import render, see
from bot.web.session_cookie import set_session_cookie
from bot.web.visible import typed

router = APIRouter()


@router.get("/log-in/code")
def show_second_step(request: Request, desk: TheDesk, half: HalfSigned) -> Response:
    return _page(request, desk, half)


@router.post("/log-in/code")
def do_second_step(
    request: Request,
    desk: TheDesk,
    half: HalfSigned,
    code: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    check_own_site(request)
    check_token(csrf, half)
    token, given = token_of(request), typed(code, limit=50)
    if half.waits_for == log_in.ENROLMENT:
        return _enrol(request, desk, half, given)
    whole = log_in.give_code(half, token, given, door(desk), store=desk.store, clock=desk.clock)
    if whole is None:
        return _page(request, desk, half, "this code does not fit, or was used already; wait for the next one", 401)
    answer = see("/")
    set_session_cookie(answer, whole, desk)
    return answer


def _enrol(request: Request, desk: Desk, half: Session, code: str) -> Response:
    token = token_of(request)
    try:
        codes = confirm_second_factor(half.user.name, token, code, store=desk.store, clock=desk.clock)
    except RuleViolationError as error:
        return _page(request, desk, half, str(error), 422)
    whole = log_in.finish_enrolment(half, token, door(desk), store=desk.store, clock=desk.clock)
    answer = render(request, "recovery_codes.html", {"codes": codes, "onward": "/"})
    set_session_cookie(answer, whole, desk)
    return answer


def _page(request: Request, desk: Desk, half: Session, refusal: str = "", status: int = 200) -> Response:
    values: dict[str, object] = {"csrf": half.csrf_token, "name": half.user.name, "offer": None}
    if half.waits_for == log_in.ENROLMENT:
        values["offer"] = offer(request, desk, half.user.name)
    return render(request, "second_factor.html", values, status=status, refusal=refusal)


def offer(request: Request, desk: Desk, name: str) -> dict[str, object]:
    """What the person's authenticator needs: the secret in groups to type, and as a picture."""
    # Slow to import, and seldom needed.
    import segno  # noqa: PLC0415

    secret = offer_second_factor(token_of(request), store=desk.store)
    picture = segno.make(enrolment_uri(secret, name, desk.settings.company.name), error="m")
    shown = Markup(picture.svg_inline(scale=4, border=4, light="#fff"))  # noqa: S704 (of our own making)
    return {"secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), "picture": shown}
