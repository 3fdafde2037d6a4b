"""The alarms that every page shows, looked up a few times a minute at most."""

from __future__ import annotations

import time
from threading import Lock

from bot.bootstrap import Desk
from bot.desk.watch import Alarm
from bot.errors import TransientError

KEPT_SECONDS = 10.0


class RecentAlarms:
    """Safe for threads. Where the store cannot answer, the page has other words for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = Lock()
        self._looked_at = -KEPT_SECONDS
        self._alarms: tuple[Alarm, ...] = ()

    def now(self) -> tuple[Alarm, ...]:
        with self._lock:
            if time.monotonic() - self._looked_at >= KEPT_SECONDS:
                try:
                    self._alarms = self._desk.health().alarms
                except TransientError:
                    self._alarms = ()
                self._looked_at = time.monotonic()
            return self._alarms
