"""What one login may ask of one server: all mailboxes of this process that share the login share one Throttle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from bot.errors import MailboxUnreachableError

# Where a server is busy and does not say for how long; doubled each time until it answers again.
FIRST_REST, LONGEST_REST = 10.0, 300.0


class Throttle:
    """At most so many requests at a time, and none before the moment that a busy server named."""

    def __init__(self, connections: int) -> None:
        self._free = threading.BoundedSemaphore(connections)
        self._not_before = 0.0
        self._next_rest = FIRST_REST

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for a free connection. Raises MailboxUnreachableError where the server asked for rest, at once."""
        left = self._not_before - time.monotonic()
        if left > 0:
            raise MailboxUnreachableError(f"the server is busy and asked to be left alone for another {left:.0f} s")
        if not self._free.acquire(timeout=seconds):
            raise MailboxUnreachableError(f"no connection became free within {seconds:.0f} s")
        try:
            yield
        finally:
            self._free.release()

    def rest(self, seconds: float | None) -> float:
        """The server is busy: ask nothing for so long, or for a growing time where it did not say. The time taken."""
        taken = min(seconds or self._next_rest, LONGEST_REST)
        self._next_rest = min(2 * self._next_rest, LONGEST_REST)
        self._not_before = time.monotonic() + taken
        return taken

    def end_rest(self) -> None:
        self._not_before = 0.0

    def answered(self) -> None:
        self._next_rest = FIRST_REST


@cache
def throttle_of(login: tuple[str, str], connections: int) -> Throttle:  # noqa: ARG001 (it is the key of the cache)
    """The one that all with this login share; `login` is the address of the server and the user."""
    return Throttle(connections)
