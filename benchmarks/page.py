"""How long the review page takes: queue, deep queue, item, search and approval, for one person and for twenty at once.

The page runs as its users run it, in a process of its own. `DATABASE` names another store than an SQLite file.
"""

from __future__ import annotations

import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.page_store import DRAFTS, UNDONE, fill, invoice_of
from benchmarks.table import Row
from bot.clock import SystemClock
from bot.desk.user import Role
from bot.steps.keep_users import add_user
from bot.store.migrating import migrate
from bot.store.queue_page import place_of
from bot.store.unit_of_work import SqlStore
from bot.web.listing import place_text

PASSWORD = "a long and quiet password"
PEOPLE, EACH, PATIENCE = 20, 15, 60.0
_CSRF = re.compile(rb'name="csrf" value="([^"]+)"')


class Person:
    """One browser: a connection that is kept, and a log-in."""

    def __init__(self, port: int, name: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._cookie = ""
        token = re.search(rb'name="form_token" value="([^"]+)"', self.get("/log-in"))
        assert token is not None
        fields = {"name": name, "password": PASSWORD, "form_token": token[1].decode(), "wanted": "/"}
        self.post("/log-in", fields)
        found = _CSRF.search(self.get("/"))
        assert found is not None, "the log-in failed"
        self._csrf = found[1].decode()

    def get(self, path: str) -> bytes:
        return self._ask("GET", path, "")

    def post(self, path: str, fields: dict[str, str]) -> bytes:
        given = fields if path == "/log-in" else {"csrf": self._csrf, **fields}
        return self._ask("POST", path, urlencode(given))

    def _ask(self, method: str, path: str, body: str) -> bytes:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except RemoteDisconnected:
            # It was idle for longer than the page keeps a connection: nothing was asked yet.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        for one in answer.headers.get_all("Set-Cookie") or ():
            pair = one.partition(";")[0]
            kept = [held for held in self._cookie.split("; ") if held and held.split("=")[0] != pair.split("=")[0]]
            self._cookie = "; ".join([*kept, pair])
        content = answer.read()
        assert answer.status < 400, f"{path}: {answer.status} {content[:2000]!r}"
        return content


def measure(messages: int) -> list[Row]:
    small, large = min(10_000, messages), messages
    # A database that was named is filled once.
    before = _measured(small) if small < large and not os.environ.get("DATABASE") else {}
    rows: list[Row] = []
    for (what, people), times in _measured(large).items():
        median, late = _figures(times)
        rows.append(
            Row("page", f"{what}, {people} at once, {large:,} messages", f"{median:.0f} / {late:.0f} ms", "50 / 150")
        )
        if (what, people) in before and people == 1:
            grown = median / _figures(before[what, people])[0]
            rows.append(Row("page", f"{what}: {large:,} against {small:,} messages", f"{grown:.2f} times", "≤ 1.5"))
    return rows


def _figures(times: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    return statistics.median(times) * 1000, statistics.quantiles(times, n=20)[-1] * 1000


def _measured(messages: int) -> dict[tuple[str, int], list[float]]:
    with tempfile.TemporaryDirectory(prefix="page-") as name:
        folder = Path(name)
        port = _free_port()
        _write_config(folder, port)
        url = os.environ.get("DATABASE") or f"sqlite:///{folder / 'desk.sqlite3'}"
        store = SqlStore(url, folder / "blobs")
        migrate(store.engine)
        items = fill(store, messages)
        # The page begins there that shows what lies amid all that is undone.
        deep = place_text(place_of(store.engine, 1000 + items // 2 // UNDONE * UNDONE))
        for number in range(PEOPLE):
            add_user(f"person{number}", Role.APPROVER, PASSWORD, "benchmark", store=store, clock=SystemClock())
        store.close()
        with _served(folder, port):
            return _asked(port, items, messages, deep)


def _asked(port: int, items: int, messages: int, deep: str) -> dict[tuple[str, int], list[float]]:
    dice = random.Random(11)  # noqa: S311 (the same questions at every run)
    drafts = iter([number for number in range(1, items + 1) if number % UNDONE == 0][:DRAFTS])
    asks: dict[str, Callable[[Person], None]] = {
        "queue": lambda one: _get(one, "/"),
        "queue by amount": lambda one: _get(one, "/?queue=icc&sort=amount"),
        "queue, further on": lambda one: _get(one, f"/?after={deep}"),
        "item": lambda one: _get(one, f"/items/CD-{dice.randrange(1001, 1001 + items)}"),
        "search for a number": lambda one: _get(one, f"/search?q={invoice_of(dice.randrange(1, messages))}"),
        "search for words": lambda one: _get(one, f"/search?q={quote('invoice please customer:C-7')}"),
        "approve": lambda one: _approve(one, next(drafts)),
    }
    found: dict[tuple[str, int], list[float]] = {}
    people = [Person(port, f"person{number}") for number in range(PEOPLE)]
    for what, ask in asks.items():
        ask(people[0])
        found[what, 1] = _times(people[0], ask, EACH * 2)
        with ThreadPoolExecutor(PEOPLE) as pool:
            parts = pool.map(lambda one, ask=ask: _times(one, ask, EACH), people)  # type: ignore[misc]
            found[what, PEOPLE] = [each for part in parts for each in part]
    return found


def _get(person: Person, path: str) -> None:
    person.get(path)


def _approve(person: Person, number: int) -> None:
    fields = {"version": "1", "state": "open", "to": f"p{(number - 1) % 997}@customer.example", "subject": "Re: price"}
    person.post(f"/drafts/{number}/approve", {**fields, "body": "Hello,\n\nwe look into it.\n\nNorthgate"})


def _times(person: Person, ask: Callable[[Person], None], count: int) -> list[float]:
    found: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        ask(person)
        found.append(time.perf_counter() - began)
    return found


def _write_config(folder: Path, port: int) -> None:
    store = (
        f'[store]\nurl = "{os.environ["DATABASE"]}"\n'
        if os.environ.get("DATABASE")
        else ('[store]\nurl = "sqlite:///desk.sqlite3"\nblobs = "blobs"\n')
    )
    (folder / "bot.toml").write_text(
        f'[company]\nname = "Northgate"\ndomains = ["northgate.example"]\n{store}'
        f'[outgoing]\nprotocol = "maildir"\npath = "sent"\n[web]\nsecure_cookie = false\nport = {port}\n'
    )
    (folder / "mailboxes.toml").write_text(
        '[icc]\naddress = "icc@northgate.example"\nprotocol = "maildir"\npath = "icc"\nstart = "all"\n'
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _served(folder: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "bot.cli", "--config", str(folder), "web"]
    served = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends_at = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > ends_at or served.poll() is not None:
                    raise
                time.sleep(0.1)
        yield
    finally:
        served.terminate()
        served.wait()
