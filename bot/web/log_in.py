"""Log in and out."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.errors import TransientError
from bot.steps import log_in
from bot.stored import LogInOrigin
from bot.web.access import TheDesk, check_own_site, door, token_of
from bot.web.attempts import Attempts
from bot.web.pages import render, see
from bot.web.session_cookie import forget_session_cookie, set_cookie, set_session_cookie
from bot.web.visible import one_line, typed

router = APIRouter()
guarded = APIRouter()

# Paths of ours, spelled plainly. A second slash or a backslash at the start would lead to another host.
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9/_.-]*)?(?:\?[A-Za-z0-9=&_.:%-]*)?")
# There is no session yet whose token the form could carry, so form and cookie must agree with each other.
_FORM_COOKIE = "creditdesk_form"


def own_path(wanted: str) -> str:
    """Where to go after logging in: a page of ours, whatever was asked for."""
    return wanted if _OWN_PATH.fullmatch(wanted) else "/"


def origin_of(request: Request) -> LogInOrigin:
    address = request.client.host if request.client is not None else ""
    return LogInOrigin(address, one_line(request.headers.get("user-agent", ""))[:200])


@router.get("/log-in")
def show_log_in(request: Request, desk: TheDesk, next: str = "/") -> Response:
    return show_form(request, desk, own_path(next))


@router.post("/log-in")
def do_log_in(
    request: Request,
    desk: TheDesk,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    form_token: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form()] = "/",
) -> Response:
    check_own_site(request)
    if not desk.settings.openid.passwords:
        return show_form(request, desk, own_path(wanted), "passwords are switched off here; use single sign-on", 403)
    expected = request.cookies.get(_FORM_COOKIE, "")
    if not expected or not secrets.compare_digest(form_token.encode(), expected.encode()):
        return show_form(request, desk, own_path(wanted), "the form was too old; please try once more", 403)
    attempts: Attempts = request.app.state.attempts
    address = request.client.host if request.client is not None else ""
    if attempts.is_closed(address, desk.clock.now()):
        return show_form(
            request, desk, own_path(wanted), "there were too many wrong tries from your address; wait", 429
        )
    with attempts.hashing:
        token = log_in.log_in(
            typed(name).strip(), password, door(desk), store=desk.store, clock=desk.clock, origin=origin_of(request)
        )
    if token is None:
        attempts.add_failure(address, desk.clock.now())
        refusal = (
            f"name and password do not fit. After {log_in.FAILURES} wrong tries a name is closed for "
            f"{log_in.WINDOW // timedelta(minutes=1)} minutes"
        )
        return show_form(request, desk, own_path(wanted), refusal, 401)
    answer = see(own_path(wanted))
    answer.delete_cookie(_FORM_COOKIE, path="/log-in")
    set_session_cookie(answer, token, desk)
    return answer


@guarded.post("/log-out")
def do_log_out(request: Request, desk: TheDesk) -> Response:
    log_in.log_out(token_of(request), store=desk.store)
    answer = see("/log-in", done="logged_out")
    forget_session_cookie(answer, desk)
    return answer


def show_form(request: Request, desk: TheDesk, wanted: str, refusal: str = "", status: int = 200) -> Response:
    """The page to log in. `refusal` says why the last try did not succeed."""
    form_token = secrets.token_urlsafe(24)
    openid = desk.settings.openid
    values = {
        "form_token": form_token,
        "wanted": wanted,
        "single_sign_on": openid.title if openid.issuer else "",
        "passwords": openid.passwords,
        "sign_out_url": _sign_out_url(request, desk),
    }
    answer = render(request, "log_in.html", values, status=status, refusal=refusal)
    set_cookie(answer, _FORM_COOKIE, form_token, desk, "/log-in", timedelta(hours=12))
    return answer


def _sign_out_url(request: Request, desk: Desk) -> str:
    """Where whoever has just logged out ends their log-in at the provider too, so that it asks the next one anew."""
    if request.query_params.get("done") != "logged_out" or desk.identity_provider is None:
        return ""
    try:
        return desk.identity_provider.sign_out_url(f"{str(request.base_url).rstrip('/')}/log-in")
    except TransientError:
        # Logged out of the desk they are, whatever the provider says.
        return ""
