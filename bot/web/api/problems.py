"""Errors → application/problem+json (RFC 9457), in the words of the page."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bot.errors import BotError
from bot.web.api.calling import TokenNeededError, TooManyCallsError
from bot.web.refusals import REFUSALS, Refusal
from bot.web.words import sentence


class Problem(BaseModel):
    title: str
    status: int
    detail: str = ""


_OWN = (
    Refusal(TokenNeededError, 401, "A token is needed", ""),
    Refusal(TooManyCallsError, 429, "Too many calls", ""),
)
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}
_TOLD = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "The person, their queues or the token do not reach so far",
    404: "There is no such thing",
    409: "Somebody else was first",
    413: "That is too long",
    422: "Refused by the rules of the desk, or not understood",
    429: "Too many calls",
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES: dict[int | str, dict[str, object]] = {
    status: {"description": told, "content": _CONTENT} for status, told in _TOLD.items()
}


def problem(status: int, title: str, detail: str = "") -> JSONResponse:
    body = Problem(title=title, status=status, detail=detail).model_dump()
    return JSONResponse(body, status, headers=_HEADERS.get(status), media_type="application/problem+json")


def add_problems(app: FastAPI) -> None:
    app.add_exception_handler(BotError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _malformed)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    row = next(row for row in (*_OWN, *REFUSALS) if isinstance(error, row.kind))
    return problem(row.status, row.title, sentence(str(error)))


def _http_error(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 400
    answer = problem(status, _TOLD.get(status, "This is not possible"))
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
    return problem(422, "The request was not understood", told[:2000])
