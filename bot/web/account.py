"""A person's own account: password, second factor, and where they are logged in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.api_scope import Scope
from bot.errors import RuleViolationError
from bot.steps import own_account
from bot.steps.api_tokens import LONGEST_DAYS, make_api_token, revoke_api_token
from bot.steps.passwords import check_repeated
from bot.stored import Session
from bot.web.access import Signed, TheDesk, token_of
from bot.web.attempts import Attempts
from bot.web.pages import render, see
from bot.web.second_factor import offer
from bot.web.session_cookie import forget_session_cookie
from bot.web.visible import typed

router = APIRouter()

Text = Annotated[str, Form()]


@router.get("/account")
def show_account(request: Request, desk: TheDesk, session: Signed) -> Response:
    return _show(request, desk, session)


def _show(request: Request, desk: Desk, session: Session, refusal: str = "", *, new_token: str = "") -> Response:
    name = session.user.name
    with desk.store.look() as uow:
        has_code, left = bool(uow.users.code_secret(name)[0]), uow.users.recovery_codes_left(name)
        tokens = uow.tokens.live(desk.clock.now(), name=name)
        has_password = bool(uow.users.password_hash(name))
        is_connected = uow.identities.is_linked(name)
    values = {
        "log_ins": own_account.own_log_ins(name, store=desk.store, clock=desk.clock),
        "this_one": own_account.handle_of(token_of(request)),
        "tokens": tokens,
        "new_token": new_token,
        "scopes": list(Scope),
        "longest_days": LONGEST_DAYS,
        "has_code": has_code,
        "codes_left": left,
        "has_password": has_password,
        "single_sign_on": desk.settings.openid.title if desk.settings.openid.issuer else "",
        "is_connected": is_connected,
        "is_demanded": session.user.role in desk.settings.log_in.second_factor_for,
    }
    return render(request, "account.html", values, status=422 if refusal else 200, refusal=refusal)


@router.post("/account/password")
def change_password(
    request: Request, desk: TheDesk, session: Signed, old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    attempts: Attempts = request.app.state.attempts
    try:
        check_repeated(new, again)
        with attempts.hashing:
            own_account.change_password(
                session.user.name, old, new, token_of(request), store=desk.store, clock=desk.clock
            )
    except RuleViolationError as error:
        return _show(request, desk, session, f"Not changed: {error}")
    return see("/account", done="password_changed")


@router.post("/account/log-ins/end")
def end_log_in(desk: TheDesk, session: Signed, handle: Text = "") -> Response:
    own_account.end_log_in(session.user.name, handle[:64], store=desk.store, clock=desk.clock)
    return see("/account", done="log_in_ended")


@router.post("/account/log-out-everywhere")
def log_out_everywhere(desk: TheDesk, session: Signed) -> Response:
    own_account.log_out_everywhere(session.user.name, store=desk.store, clock=desk.clock)
    answer = see("/log-in", done="logged_out_everywhere")
    forget_session_cookie(answer, desk)
    return answer


@router.post("/account/tokens")
def make_token(
    request: Request,
    desk: TheDesk,
    session: Signed,
    label: Text = "",
    days: Annotated[int, Form(ge=1, le=LONGEST_DAYS)] = 90,
    scope: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    """The page with the new token, once."""
    try:
        token = make_api_token(
            session.user.name, typed(label, limit=200), set(scope or ()), days, store=desk.store, clock=desk.clock
        )
    except RuleViolationError as error:
        return _show(request, desk, session, f"Not made: {error}")
    return _show(request, desk, session, new_token=token)


@router.post("/account/tokens/revoke")
def revoke_token(desk: TheDesk, session: Signed, token_id: Annotated[int, Form(ge=1, le=2**53)]) -> Response:
    revoke_api_token(session.user.name, token_id, store=desk.store, clock=desk.clock)
    return see("/account", done="token_revoked")


@router.get("/account/second-factor")
def show_second_factor(request: Request, desk: TheDesk, session: Signed) -> Response:
    return _show_second_factor(request, desk, session)


def _show_second_factor(request: Request, desk: Desk, session: Session, refusal: str = "") -> Response:
    values = {"offer": offer(request, desk, session.user.name), "name": session.user.name}
    return render(request, "set_up_second_factor.html", values, status=422 if refusal else 200, refusal=refusal)


@router.post("/account/second-factor")
def set_up_second_factor(request: Request, desk: TheDesk, session: Signed, code: Text = "") -> Response:
    name = session.user.name
    try:
        codes = own_account.confirm_second_factor(
            name, token_of(request), typed(code, limit=50), store=desk.store, clock=desk.clock
        )
    except RuleViolationError as error:
        return _show_second_factor(request, desk, session, str(error))
    return render(request, "recovery_codes.html", {"codes": codes, "onward": "/account"})


@router.post("/account/second-factor/remove")
def remove_second_factor(request: Request, desk: TheDesk, session: Signed, code: Text = "") -> Response:
    try:
        demanded_of = frozenset(desk.settings.log_in.second_factor_for)
        own_account.remove_second_factor(
            session.user.name, typed(code, limit=50), demanded_of, store=desk.store, clock=desk.clock
        )
    except RuleViolationError as error:
        return _show(request, desk, session, f"Not removed: {error}")
    return see("/account", done="second_factor_removed")


@router.post("/account/recovery-codes")
def renew_recovery_codes(request: Request, desk: TheDesk, session: Signed, code: Text = "") -> Response:
    try:
        codes = own_account.renew_recovery_codes(
            session.user.name, typed(code, limit=50), store=desk.store, clock=desk.clock
        )
    except RuleViolationError as error:
        return _show(request, desk, session, f"Not renewed: {error}")
    return render(request, "recovery_codes.html", {"codes": codes, "onward": "/account"})
