"""Errors → pages in words: what happened, and what is safe."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from bot import errors
from bot.log import logger
from bot.stored import Session
from bot.web.access import FormRefusedError, LogInNeededError, SecondFactorNeededError
from bot.web.pages import render
from bot.web.response_headers import headers_of
from bot.web.words import sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """How one kind of error is shown. `safe` says what did not happen."""

    kind: type[Exception]
    status: int
    title: str
    safe: str


# The first row whose kind fits is taken, so the narrower ones come first.
REFUSALS = (
    Refusal(FormRefusedError, 403, "The form was refused", "Nothing was changed. Go back, reload the page, try again."),
    Refusal(errors.NotAllowedError, 403, "You may not do this", "Nothing was changed. Ask a colleague who may."),
    Refusal(errors.NotFoundError, 404, "There is no such thing", "Nothing was changed."),
    Refusal(errors.ConflictError, 409, "Someone else was first", "Your change was not made, and nothing was sent."),
    Refusal(errors.RuleViolationError, 422, "This is not possible", "Nothing was changed."),
    Refusal(errors.TransientError, 503, "The desk cannot answer right now", "Nothing was changed. Try again soon."),
    Refusal(errors.PermanentError, 422, "This cannot be read", "Nothing was changed."),
    Refusal(errors.BotError, 500, "Something went wrong", "Nothing was changed."),
)

_STATUS_WORDS = {
    404: ("There is no such page", "The address leads nowhere. Nothing was changed."),
    405: ("This address takes no such request", "Nothing was changed."),
    413: ("That is too long", "Nothing was changed."),
    422: ("The form was not understood", "Nothing was changed. Go back, reload the page, try again."),
}


def add_refusals(app: FastAPI) -> None:
    app.add_exception_handler(LogInNeededError, _to_log_in)
    app.add_exception_handler(errors.BotError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(500, _broken)


def _page(request: Request, status: int, title: str, happened: str, safe: str) -> Response:
    if status >= 500 and request.method != "GET":
        # The failure may have come after the commit.
        safe = "It is not certain whether your change was made: look at the item before you try again."
    values = {"title": title, "happened": happened, "safe": safe, "typed": getattr(request.state, "typed", "")}
    return render(request, "refusal.html", values, status=status)


def _refused(request: Request, error: Exception) -> Response:
    row = next(row for row in REFUSALS if isinstance(error, row.kind))
    if row.status == 403:
        session: Session | None = getattr(request.state, "session", None)
        name = session.user.name if session is not None else ""
        logger().warning("not_allowed", user=name, path=request.url.path, kind=row.kind.__name__)
    return _page(request, row.status, row.title, sentence(str(error)), row.safe)


def _to_log_in(request: Request, error: Exception) -> Response:
    if request.method != "GET":
        safe = "Nothing was changed. Log in in another tab, then go back: your text is still in the form."
        return _page(request, 401, "Your log-in ended", "", safe)
    if isinstance(error, SecondFactorNeededError):
        return RedirectResponse("/log-in/code", 303)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/log-in?{urlencode({'next': wanted})}" if wanted != "/" else "/log-in", 303)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    title, safe = _STATUS_WORDS.get(status, ("This is not possible", "Nothing was changed."))
    return _page(request, status, title, "", safe)


def _malformed(request: Request, _error: Exception) -> Response:
    # An address with a number that is no number is an address that leads nowhere.
    status = 404 if request.method == "GET" else 422
    title, safe = _STATUS_WORDS[status]
    return _page(request, status, title, "", safe)


def _broken(request: Request, _error: Exception) -> Response:
    """The last resort, outside all middleware: so it brings the headers itself. The server logs the error."""
    safe = "Nothing was changed. Tell whoever looks after the desk: the server's log has the details."
    answer = _page(request, 500, "Something broke on our side", "", safe)
    answer.headers.update(headers_of(request.app.state.desk))
    return answer
