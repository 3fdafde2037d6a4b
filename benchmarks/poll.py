"""A poll that finds nothing new, on a kept connection as the running desk has it, in a small and a large mailbox.

The mailbox's mail is history to the desk (start = "now"), so no message is stored and only looking is measured.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks import desk_folder
from benchmarks.measure import run_apart
from benchmarks.table import Row
from bot.bootstrap import Desk
from bot.jobs.boundary import Broken
from bot.jobs.work import poll_mailbox
from tests.mailserver.server import MailServer

POLLS = 300
SMALL = 1_000
BOXES = ("icc", "invoicing")


def many_polls(folder: str) -> dict[str, float]:
    """Run in an interpreter of its own."""
    with desk_folder.opened(folder) as desk:
        mailbox = desk.open_mailbox(desk_folder.USER)
        begun = time.perf_counter()
        assert not isinstance(poll_mailbox(desk, desk_folder.USER, mailbox), Broken)
        first = time.perf_counter() - begun
        found = _times(desk, mailbox)
        mailbox.close()
    return {"first_s": first, **found}


def _times(desk: Desk, mailbox: Any) -> dict[str, float]:
    walls: list[float] = []
    cpu = time.process_time()
    for _ in range(POLLS):
        begun = time.perf_counter()
        poll_mailbox(desk, desk_folder.USER, mailbox)
        walls.append(time.perf_counter() - begun)
    return {
        "cpu_ms": (time.process_time() - cpu) * 1000 / POLLS,
        "wall_ms": statistics.median(walls) * 1000,
    }


def measure(count: int) -> list[Row]:
    counts = (SMALL, count)
    found: list[dict[str, float]] = []
    with MailServer() as server:
        for user, messages in zip(BOXES, counts, strict=True):
            desk_folder.fill(server, messages, user, is_small=True)
            with desk_folder.configured(server, start="now", user=user) as folder:
                found.append(run_apart("benchmarks.poll:many_polls", folder, environment=desk_folder.secrets(server)))
    rows = [
        Row(
            "poll",
            f"{messages:,} messages",
            f"CPU {one['cpu_ms']:.2f} ms, wall {one['wall_ms']:.2f} ms (first {one['first_s']:.1f} s)",
        )
        for messages, one in zip(counts, found, strict=True)
    ]
    small, large = found
    ratio = f"CPU {large['cpu_ms'] / small['cpu_ms']:.2f} x, wall {large['wall_ms'] / small['wall_ms']:.2f} x"
    return [*rows, Row("poll", "ratio", ratio, "≤ 1.5 x, good flat")]
