"""Which program calls, for whom, and how often it may."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.bootstrap import Desk
from bot.desk.api_scope import Scope, check_scope
from bot.errors import BotError
from bot.steps.api_tokens import Caller, caller_of
from bot.web.access import desk_of
from bot.web.rights import WITHIN, check_thing

CALLS = 240
WINDOW = timedelta(minutes=1)

TheDesk = Annotated[Desk, Depends(desk_of)]
_BEARER = HTTPBearer(auto_error=False, description="A token made on the page Your account.")


class TokenNeededError(BotError):
    """Send a token of your account as Authorization: Bearer. This one is missing, wrong, over or revoked."""


class TooManyCallsError(BotError):
    """There were too many calls; wait a minute."""


class Calls:
    """The calls of each token in the last minute. Safe for threads; kept in memory, so each process counts its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[int, deque[datetime]] = {}

    def note(self, token_id: int, now: datetime) -> None:
        """Raises TooManyCallsError."""
        with self._lock:
            calls = self._calls.setdefault(token_id, deque())
            while calls and calls[0] <= now - WINDOW:
                calls.popleft()
            if len(calls) >= CALLS:
                raise TooManyCallsError
            calls.append(now)


def caller(
    request: Request, desk: TheDesk, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Caller:
    """Raises TokenNeededError; where the path names a thing, NotAllowedError by the queues of the person."""
    found = caller_of(given.credentials, store=desk.store, clock=desk.clock) if given is not None else None
    if found is None:
        raise TokenNeededError
    calls: Calls = request.app.state.calls
    calls.note(found.token_id, desk.clock.now())
    for part, value in request.path_params.items():
        if part not in WITHIN:
            check_thing(desk, found.user, part, str(value))
    return found


def needing(scope: Scope) -> Callable[[Caller], Caller]:
    """The caller, where the token has this scope. Raises NotAllowedError."""

    def check(found: Annotated[Caller, Depends(caller)]) -> Caller:
        check_scope(found.scopes, scope)
        return found

    return check


Reader = Annotated[Caller, Depends(needing(Scope.READ))]
Worker = Annotated[Caller, Depends(needing(Scope.WORK))]
Approver = Annotated[Caller, Depends(needing(Scope.APPROVE))]
