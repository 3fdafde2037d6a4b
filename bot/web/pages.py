"""Templates → pages. Everything is escaped; nothing of a message is ever HTML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.bootstrap import Desk
from bot.desk.clock import exact
from bot.desk.preferences import Preferences
from bot.desk.queue_names import queue_title
from bot.desk.record import THE_DESK
from bot.desk.user import MAY_APPROVE
from bot.store.queue_page import desk_counts
from bot.stored import Session
from bot.web import files, moments, visible, words
from bot.web.keys import KEYS

HERE = Path(__file__).parent
STATIC = HERE / "static"


_FILTERS = {
    "visible": visible.visible,
    "one_line": visible.one_line,
    "sentence": words.sentence,
    "size": words.size,
    "file_kind": words.file_kind,
    "is_viewable": files.is_viewable,
    "source": words.source,
    "queue": queue_title,
    "percent": words.percent,
}


def make_environment(desk: Desk) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalog = desk.settings.catalog

    @pass_context
    def moment(context: Context, at: datetime | None) -> Markup:
        return moments.moment(at, context["zone"], context["now"], context.get("customer_zone"))

    @pass_context
    def age(context: Context, at: datetime) -> str:
        return moments.span(context["now"] - at)

    @pass_context
    def due(context: Context, at: datetime) -> str:
        return moments.due(at, context["now"])

    @pass_context
    def day(context: Context, on: date) -> str:
        return moments.day(on, context["today"])

    environment.filters |= _FILTERS | {
        "day": day,
        "moment": moment,
        "age": age,
        "due": due,
        "exact": exact,
        "category": lambda name: words.category_title(catalog, name),
        "sorted_as": lambda item: words.sorted_as(catalog, item),
    }
    environment.globals |= {
        "company": desk.settings.company.name,
        "words": words,
        "static_version": _digest_of_static(),
        "may_approve": MAY_APPROVE,
        "pictures": files.PICTURES,
        "the_desk": THE_DESK,
    }
    return environment


def render(
    request: Request, template: str, values: Mapping[str, Any], *, status: int = 200, refusal: str = ""
) -> HTMLResponse:
    """A page for the person of this request. `refusal` is the message at its top that says what was not done."""
    desk: Desk = request.app.state.desk
    session: Session | None = getattr(request.state, "session", None)
    # Where the store is down there is nothing to count, and the page must still come.
    counts = desk_counts(desk.store.engine, session.user) if session and status < 500 else None
    preferences = _preferences_of(desk, session) if session and status < 500 else Preferences()
    company_zone = ZoneInfo(desk.settings.company.time_zone)
    now = desk.clock.now()
    shared = {
        "now": now,
        # What is past due is so by the company's calendar, wherever its reader sits.
        "today": now.astimezone(company_zone).date(),
        "zone": preferences.zone(company_zone),
        "theme": preferences.theme,
        "session": session,
        "csrf": session.csrf_token if session else "",
        "counts": counts,
        "alarms": request.app.state.alarms.now() if session and status < 500 else (),
        "path": request.url.path,
        "done": words.DONE.get(request.query_params.get("done", ""), "") if request.method == "GET" else "",
        "undo": request.query_params.get("undo", "")[:4000] if request.method == "GET" else "",
        "here": f"{request.url.path}?{request.url.query}",
        "keys": KEYS,
        "refusal": refusal,
    }
    environment: Environment = request.app.state.environment
    return HTMLResponse(environment.get_template(template).render(shared | dict(values)), status)


def _preferences_of(desk: Desk, session: Session) -> Preferences:
    with desk.store.look() as uow:
        return uow.preferences.get(session.user.name)


def see(path: str, *, done: str = "", came_from: str = "", undo: str = "", query: str = "") -> RedirectResponse:
    """Go to a page of ours after something was done. `undo` names what the page offers to take back."""
    given = urlencode({key: value for key, value in (("done", done), ("from", came_from), ("undo", undo)) if value})
    query = "&".join(part for part in (query, given) if part)
    return RedirectResponse(f"{path}{'?' if query else ''}{query}", 303)


def _digest_of_static() -> str:
    digest = sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
