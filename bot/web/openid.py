"""Logging in at the single sign-on provider, and coming back from there."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from bot.bootstrap import Desk
from bot.desk.openid import Claims, Ties, ties_of
from bot.errors import BotError, NotAllowedError, NotFoundError
from bot.ports import IdentityProvider
from bot.steps.log_in_by_openid import SingleSignOn, connect_openid, log_in_by_openid
from bot.web.access import LogInNeededError, Signed, TheDesk, any_session_of, door
from bot.web.log_in import origin_of, own_path, show_form
from bot.web.pages import see
from bot.web.session_cookie import set_cookie, set_session_cookie

router = APIRouter()
guarded = APIRouter()

_BACK = "/log-in/openid/back"
# Its value ties the answer of the provider to this browser; after it stands where the person wanted to go.
_COOKIE = "creditdesk_openid"
_LASTS = timedelta(minutes=15)
_CONNECT = "/account"

Word = Annotated[str, Query(max_length=4000)]


class Answer(NamedTuple):
    """What the provider sent along in the address."""

    code: str
    state: str
    error: str
    issuer: str


@router.get("/log-in/openid")
def begin(request: Request, desk: TheDesk, next: str = "/") -> Response:
    provider = _provider(desk)
    try:
        return _to_provider(request, desk, provider, own_path(next))
    except BotError as error:
        return show_form(request, desk, own_path(next), f"single sign-on does not work right now: {error}", 503)


@guarded.get("/account/connect")
def connect(request: Request, desk: TheDesk, session: Signed) -> Response:  # noqa: ARG001 (for whoever is logged in)
    return _to_provider(request, desk, _provider(desk), _CONNECT)


@router.get(_BACK)
def come_back(
    request: Request, desk: TheDesk, code: Word = "", state: Word = "", error: Word = "", iss: Word = ""
) -> Response:
    binding, _, wanted = request.cookies.get(_COOKIE, "").partition("|")
    wanted = own_path(wanted)
    try:
        claims = _claims(request, desk, binding, Answer(code, state, error, iss))
        answer = _connected(request, desk, claims) if wanted == _CONNECT else _logged_in(request, desk, claims, wanted)
    except BotError as refused:
        answer = show_form(request, desk, wanted, str(refused), 401)
    answer.delete_cookie(_COOKIE, path=_BACK)
    return answer


def _to_provider(request: Request, desk: Desk, provider: IdentityProvider, wanted: str) -> Response:
    binding = secrets.token_urlsafe(32)
    url = provider.begin(_redirect_uri(request), _ties(desk, binding))
    answer = RedirectResponse(url, 303)
    set_cookie(answer, _COOKIE, f"{binding}|{wanted}", desk, _BACK, _LASTS)
    return answer


def _claims(request: Request, desk: Desk, binding: str, told: Answer) -> Claims:
    """Raises NotAllowedError unless this browser asked, and the provider vouches for the person."""
    provider = _provider(desk)
    ties = _ties(desk, binding)
    is_ours = bool(binding) and secrets.compare_digest(told.state.encode(), ties.state.encode())
    if not is_ours:
        raise NotAllowedError("this log-in was not begun in this browser, or too long ago; please try once more")
    if told.issuer and told.issuer != desk.settings.openid.issuer:
        raise NotAllowedError("another provider answered than was asked")
    if told.error or not told.code:
        raise NotAllowedError(f"the single sign-on provider did not let you in ({told.error or 'no code'})")
    return provider.finish(_redirect_uri(request), ties, told.code)


def _logged_in(request: Request, desk: Desk, claims: Claims, wanted: str) -> Response:
    token = log_in_by_openid(claims, _by(desk), store=desk.store, clock=desk.clock, origin=origin_of(request))
    answer = see(wanted)
    set_session_cookie(answer, token, desk)
    return answer


def _connected(request: Request, desk: Desk, claims: Claims) -> Response:
    session = any_session_of(request)
    if session.waits_for:
        raise LogInNeededError
    connect_openid(claims, session.user.name, _by(desk), store=desk.store, clock=desk.clock)
    return see(_CONNECT, done="connected")


def _provider(desk: Desk) -> IdentityProvider:
    if desk.identity_provider is None:
        raise NotFoundError("single sign-on is not set up here")
    return desk.identity_provider


def _by(desk: Desk) -> SingleSignOn:
    return SingleSignOn(desk.settings.openid.admission(), door(desk).lasts)


def _ties(desk: Desk, binding: str) -> Ties:
    return ties_of(desk.letterhead.secret, binding)


def _redirect_uri(request: Request) -> str:
    """At the address under which this person sees the page; the provider knows which addresses are ours."""
    return f"{str(request.base_url).rstrip('/')}{_BACK}"
