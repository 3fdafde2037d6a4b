"""The API, an application of its own below the page: its errors are JSON, and no cookie opens it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from bot import __version__
from bot.bootstrap import Desk
from bot.web.api import finding, work
from bot.web.api.calling import Calls
from bot.web.api.problems import Problem, add_problems

LARGEST_BODY = 200_000


class Api(FastAPI):
    """With the shape of problems in its description, which no answer model names."""

    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        described.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        return described


def create_api(desk: Desk) -> FastAPI:
    api = Api(title="Creditdesk", version=__version__, docs_url=None, redoc_url=None, max_body_size=LARGEST_BODY)
    api.state.desk = desk
    api.state.calls = Calls()
    api.include_router(work.router)
    api.include_router(finding.router)
    add_problems(api)
    return api
