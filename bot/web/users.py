"""Who may use the desk, for administrators: people, roles, queues, links for passwords, locks, log-ins."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.user import Role
from bot.errors import NotFoundError, RuleViolationError
from bot.steps import keep_users
from bot.steps.keep_users import Keeper, Rights
from bot.steps.own_account import own_log_ins
from bot.stored import Session
from bot.web.access import Administrator, TheDesk
from bot.web.pages import render, see
from bot.web.queues import queue_names
from bot.web.visible import typed

router = APIRouter()

Text = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]
# What the choice between every queue and some sends.
EVERY, SOME = "every", "some"


@router.get("/users")
def show_users(request: Request, desk: TheDesk, session: Administrator) -> Response:  # noqa: ARG001 (asked for its rights)
    return _show_list(request, desk)


def _show_list(request: Request, desk: Desk, refusal: str = "", name: str = "") -> Response:
    values = {
        "people": desk.queries.account_lines(desk.clock.now()),
        "roles": list(Role),
        "queues": queue_names(desk),
        "demanded": desk.settings.log_in.second_factor_for,
        "typed_name": name,
    }
    return render(request, "users.html", values, status=422 if refusal else 200, refusal=refusal)


@router.get("/users/person")
def show_person(request: Request, desk: TheDesk, session: Administrator, name: str = "") -> Response:  # noqa: ARG001
    return _show_person(request, desk, name)


def _show_person(request: Request, desk: Desk, name: str, *, link: str = "", refusal: str = "") -> Response:
    line = next((one for one in desk.queries.account_lines(desk.clock.now()) if one.user.name == name), None)
    if line is None:
        raise NotFoundError(f"there is no user {name}")
    values = {
        "line": line,
        "log_ins": own_log_ins(name, store=desk.store, clock=desk.clock),
        "roles": list(Role),
        "queues": queue_names(desk),
        "link": link,
        "lasts_hours": int(keep_users.LINK_LASTS.total_seconds()) // 3600,
    }
    return render(request, "user.html", values, status=422 if refusal else 200, refusal=refusal)


@router.post("/users/add")
def add_user(
    request: Request,
    desk: TheDesk,
    session: Administrator,
    name: Text = "",
    role: Text = "",
    reach: Text = EVERY,
    queue: Chosen = None,
) -> Response:
    """The page of the new person, with the link that they need, once."""
    chosen = typed(name, limit=200).strip()
    try:
        rights = _rights(desk, role, reach, queue)
        token = keep_users.invite_user(chosen, rights, _by(session), store=desk.store, clock=desk.clock)
    except RuleViolationError as error:
        return _show_list(request, desk, f"Not added: {error}", chosen)
    return _show_person(request, desk, chosen, link=_link(request, token))


@router.post("/users/rights")
def change_rights(
    request: Request,
    desk: TheDesk,
    session: Administrator,
    name: Text = "",
    role: Text = "",
    reach: Text = EVERY,
    queue: Chosen = None,
) -> Response:
    try:
        rights = _rights(desk, role, reach, queue)
        keep_users.change_rights(name, rights, _by(session), store=desk.store, clock=desk.clock)
    except NotFoundError:
        raise
    except RuleViolationError as error:
        return _show_person(request, desk, name, refusal=f"Not changed: {error}")
    return _to_person(name, "rights_changed")


@router.post("/users/link")
def make_link(request: Request, desk: TheDesk, session: Administrator, name: Text = "") -> Response:
    token = keep_users.make_password_link(name, _by(session), store=desk.store, clock=desk.clock)
    return _show_person(request, desk, name, link=_link(request, token))


@router.post("/users/lock")
def lock_user(request: Request, desk: TheDesk, session: Administrator, name: Text = "") -> Response:
    try:
        keep_users.lock_user(name, _by(session), store=desk.store, clock=desk.clock)
    except NotFoundError:
        raise
    except RuleViolationError as error:
        return _show_person(request, desk, name, refusal=f"Not locked: {error}")
    return _to_person(name, "user_locked")


@router.post("/users/unlock")
def unlock_user(desk: TheDesk, session: Administrator, name: Text = "") -> Response:
    keep_users.unlock_user(name, _by(session), store=desk.store, clock=desk.clock)
    return _to_person(name, "user_unlocked")


@router.post("/users/forget-second-factor")
def forget_second_factor(desk: TheDesk, session: Administrator, name: Text = "") -> Response:
    keep_users.forget_second_factor(name, _by(session), store=desk.store, clock=desk.clock)
    return _to_person(name, "second_factor_removed")


@router.post("/users/end-log-ins")
def end_log_ins(desk: TheDesk, session: Administrator, name: Text = "") -> Response:
    keep_users.end_log_ins(name, _by(session), store=desk.store, clock=desk.clock)
    return _to_person(name, "log_ins_ended")


def _by(session: Session) -> Keeper:
    return Keeper(session.user.name)


def _rights(desk: Desk, role: str, reach: str, queues: list[str] | None) -> Rights:
    if reach == EVERY:
        return Rights(keep_users.role_of(role))
    chosen = frozenset(queues or ()) & frozenset(queue_names(desk))
    if not chosen:
        raise RuleViolationError("choose at least one queue, or every queue")
    return Rights(keep_users.role_of(role), chosen)


def _link(request: Request, token: str) -> str:
    """As the person can open it: at the address under which the administrator sees the page."""
    return f"{request.base_url}set-password?{urlencode({'link': token})}"


def _to_person(name: str, done: str) -> Response:
    return see("/users/person", done=done, query=urlencode({"name": name}))
