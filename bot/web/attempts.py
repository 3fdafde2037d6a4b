"""How often one address may try to log in. Kept in memory: a restart forgives everybody."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

FAILURES = 20
WINDOW = timedelta(minutes=15)
# More addresses than a desk has people by far; whoever comes from more pushes out their own.
ADDRESSES = 10_000
# A password costs 64 MB and a core while it is hashed; whoever sends many at once must wait in line.
AT_ONCE = 2


class Attempts:
    """The failures of each address in the window. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()
        self.hashing = BoundedSemaphore(AT_ONCE)

    def is_closed(self, address: str, now: datetime) -> bool:
        with self._lock:
            failures = self._failures.get(address, deque())
            while failures and failures[0] <= now - WINDOW:
                failures.popleft()
            return len(failures) >= FAILURES

    def add_failure(self, address: str, now: datetime) -> None:
        with self._lock:
            self._failures.setdefault(address, deque(maxlen=FAILURES)).append(now)
            self._failures.move_to_end(address)
            if len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)
