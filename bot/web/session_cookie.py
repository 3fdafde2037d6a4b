"""The cookies of log-ins: out of reach of scripts, and not sent along by forms of other sites."""

from __future__ import annotations

from datetime import timedelta

from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.web.access import cookie_name, door


def set_cookie(answer: Response, name: str, value: str, desk: Desk, path: str, lasts_for: timedelta) -> None:
    # Lax, not Strict: a link in a summary that a colleague mails must open the item, not the log-in.
    answer.set_cookie(
        name,
        value,
        max_age=int(lasts_for.total_seconds()),
        path=path,
        httponly=True,
        samesite="lax",
        secure=desk.settings.web.secure_cookie,
    )


def set_session_cookie(answer: Response, token: str, desk: Desk) -> None:
    set_cookie(answer, cookie_name(desk), token, desk, "/", door(desk).lasts.at_most)


def forget_session_cookie(answer: Response, desk: Desk) -> None:
    answer.delete_cookie(
        cookie_name(desk), path="/", secure=desk.settings.web.secure_cookie, httponly=True, samesite="lax"
    )
