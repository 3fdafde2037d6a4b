"""Who is asking, and whether they may. Every page but log-in, static files and health hangs on `guard`."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from bot.bootstrap import Desk
from bot.desk.user import check_keeps_users, check_may_approve
from bot.errors import BotError
from bot.steps import log_in
from bot.stored import Session
from bot.web.visible import typed

_ASKED_BY_PAGES = ("/news", "/presence")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What browsers say of a request that this site, or the person at the address bar, started.
_OWN_SITE = frozenset({"same-origin", "none"})


class LogInNeededError(BotError):
    """You are not logged in, or your log-in ended."""


class SecondFactorNeededError(LogInNeededError):
    """Your password was right; the code of your authenticator is still to come."""


class FormRefusedError(BotError):
    """The form did not come from a page of this log-in."""


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def cookie_name(desk: Desk) -> str:
    # Browsers let nobody but this very host, over TLS, set a cookie with this prefix.
    return "__Host-creditdesk" if desk.settings.web.secure_cookie else "creditdesk"


def door(desk: Desk) -> log_in.Door:
    web = desk.settings.web
    lasts = log_in.Lasting(timedelta(minutes=web.unused_minutes), timedelta(hours=web.session_hours))
    return log_in.Door(lasts, frozenset(desk.settings.log_in.second_factor_for))


def token_of(request: Request) -> str:
    """The token of the log-in, as the browser sent it along."""
    return request.cookies.get(cookie_name(desk_of(request)), "")


def any_session_of(request: Request) -> Session:
    """The session of the request, whole or not. Raises LogInNeededError."""
    desk = desk_of(request)
    token = token_of(request)
    # What an open page asks by itself keeps nobody logged in who went away from it.
    is_used = not request.url.path.endswith(_ASKED_BY_PAGES)
    found = partial(log_in.session_of, store=desk.store, clock=desk.clock, is_used=is_used)
    session = found(token, door(desk).lasts) if token else None
    if session is None:
        raise LogInNeededError
    return session


def session_of(session: Annotated[Session, Depends(any_session_of)], request: Request) -> Session:
    """The session of the request. Raises LogInNeededError, also where the second factor is still to come."""
    if session.waits_for:
        raise SecondFactorNeededError
    request.state.session = session
    return session


def half_session_of(session: Annotated[Session, Depends(any_session_of)]) -> Session:
    """A session that waits for its second factor. Raises LogInNeededError where there is none that does."""
    if not session.waits_for:
        raise LogInNeededError
    return session


Signed = Annotated[Session, Depends(session_of)]
HalfSigned = Annotated[Session, Depends(half_session_of)]
TheDesk = Annotated[Desk, Depends(desk_of)]


def check_own_site(request: Request) -> None:
    """Raises FormRefusedError where the browser says that another site sent this request."""
    if request.headers.get("sec-fetch-site", "none") not in _OWN_SITE:
        raise FormRefusedError("another site sent this form")


async def guard(request: Request, session: Signed) -> None:
    """The log-in of every request, and the token of every form that changes something."""
    if request.method in _SAFE_METHODS:
        return
    form = await request.form()
    body = form.get("body")
    # A refused person gets back what they had written, so that it can be copied.
    request.state.typed = typed(body) if isinstance(body, str) else ""
    came_from = form.get("came_from")
    request.state.came_from = came_from if isinstance(came_from, str) else ""
    try:
        check_own_site(request)
        check_token(form.get("csrf"), session)
    except FormRefusedError:
        # Files that came with it lie in the temporary folder.
        await form.close()
        raise


def check_token(given: object, session: Session) -> None:
    """Raises FormRefusedError where the form is not of this log-in."""
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), session.csrf_token.encode()):
        raise FormRefusedError


def approver_of(session: Signed) -> Session:
    """The session, where its person may let mail leave. Raises NotAllowedError."""
    check_may_approve(session.user)
    return session


def administrator_of(session: Signed) -> Session:
    """The session, where its person may say who may do what. Raises NotAllowedError."""
    check_keeps_users(session.user)
    return session


Approver = Annotated[Session, Depends(approver_of)]
Administrator = Annotated[Session, Depends(administrator_of)]
