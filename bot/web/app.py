"""The review page, put together."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from bot.bootstrap import Desk
from bot.web import (
    account,
    clocks,
    drafts,
    examples,
    health,
    item,
    log_in,
    mailboxes,
    messages,
    metrics,
    news,
    openid,
    outbox,
    quarantine,
    queues,
    record,
    reports,
    saved_filters,
    search,
    second_factor,
    set_password,
    settings,
    tasks,
    texts,
    undo,
    users,
)
from bot.web.access import guard
from bot.web.alarms import RecentAlarms
from bot.web.api.app import create_api
from bot.web.attempts import Attempts
from bot.web.pages import STATIC, make_environment
from bot.web.refusals import add_refusals
from bot.web.response_headers import ResponseHeaders, headers_of
from bot.web.rights import check_rights

# A draft and its copy, with room to spare; whoever sends more is no clerk.
LARGEST_FORM = 2_000_000

OPEN_ROUTERS = (log_in.router, openid.router, second_factor.router, set_password.router, health.router, metrics.router)
GUARDED_ROUTERS = (
    log_in.guarded,
    queues.router,
    search.router,
    news.router,
    item.router,
    clocks.router,
    drafts.router,
    messages.router,
    outbox.router,
    quarantine.router,
    tasks.router,
    undo.router,
    mailboxes.router,
    health.guarded,
    record.router,
    examples.router,
    reports.router,
    account.router,
    openid.guarded,
    users.router,
    settings.router,
    saved_filters.router,
    texts.router,
)


def create_app(desk: Desk) -> FastAPI:
    """The review page over a wired desk. The caller keeps the desk and closes it."""
    app = FastAPI(title="Creditdesk", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=LARGEST_FORM)
    app.state.desk = desk
    app.state.environment = make_environment(desk)
    app.state.attempts = Attempts()
    app.state.alarms = RecentAlarms(desk)
    app.state.reports = reports.RecentReports()
    for router in OPEN_ROUTERS:
        app.include_router(router)
    for router in GUARDED_ROUTERS:
        app.include_router(router, dependencies=[Depends(guard), Depends(check_rights)])
    app.state.api = create_api(desk)
    app.mount("/api/v1", app.state.api)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_refusals(app)
    app.add_middleware(ResponseHeaders, headers=headers_of(desk))
    return app
