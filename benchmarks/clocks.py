"""The sweep of clocks: over so many that are open, of which few are due, and the first one of each new item."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

from benchmarks.table import Row
from bot.desk.sla import SlaPolicy
from bot.settings import load, shipped
from bot.steps.sweep_clocks import BATCH, Swept, sweep_clocks
from bot.store import clock_tables as c
from bot.store import tables as t
from bot.store.migrating import migrate
from bot.store.unit_of_work import SqlStore

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
DUE = 200
NEW = 2_000


@dataclass
class _Standing:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def measure(count: int) -> list[Row]:
    policy = load(shipped("config"), {}, needs_secrets=False).sla
    with tempfile.TemporaryDirectory() as folder:
        store = SqlStore(f"sqlite:///{folder}/desk.sqlite3", Path(folder) / "blobs")
        migrate(store.engine)
        _fill(store, policy, count)
        idle, nothing = _timed(store, policy, NOW)
        few, told = _timed(store, policy, NOW + timedelta(minutes=1))
        _add_items(store, count + 1, NEW, seen=0)
        fresh, made = _timed(store, policy, NOW + timedelta(minutes=1))
        store.close()
    assert nothing.items == 0
    assert told.items == DUE
    assert made.items == NEW
    return [
        Row("clocks", f"a sweep over {count:,} open clocks, none due", f"{idle * 1000:.1f} ms"),
        Row("clocks", f"a sweep over {count:,} open clocks, {DUE} due", f"{few:.2f} s", "≤ 1 s"),
        Row("clocks", "making the clocks of a new item", f"CPU {fresh / NEW * 1000:.2f} ms"),
    ]


def _timed(store: SqlStore, policy: SlaPolicy, now: datetime) -> tuple[float, Swept]:
    begun, total = time.process_time(), Swept()
    while (one := sweep_clocks(store=store, clock=_Standing(now), policy=policy, zone=ZONE)).items:
        total = Swept(total.items + one.items, total.notices + one.notices)
        assert one.items <= BATCH
    return time.process_time() - begun, total


def _fill(store: SqlStore, policy: SlaPolicy, count: int) -> None:
    _add_items(store, 1, count, seen=1)
    with store.begin() as uow:
        uow.clocks.set_mark("sla_policy", policy.version, NOW)
        rows = [
            {
                "work_item_id": item_id,
                "kind": "first_response",
                "rule": "Everything else",
                "started_at": NOW - timedelta(hours=1),
                "due_at": NOW + timedelta(hours=9),
                "state": "running",
                # A few come to their next step in the coming minute, the rest later.
                "next_at": NOW + (timedelta(seconds=30) if item_id <= DUE else timedelta(hours=2, seconds=item_id)),
            }
            for item_id in range(1, count + 1)
        ]
        uow.connection.execute(insert(c.clock), rows)
        uow.commit()


def _add_items(store: SqlStore, first: int, count: int, *, seen: int) -> None:
    with store.begin() as uow:
        thread = uow.threads.add("price", None, NOW)
        rows = [
            {
                "id": item_id,
                "thread_id": thread,
                "category": "other",
                "state": "open",
                "queue": "icc",
                "side": "outside",
                "subject": "price",
                "opened_at": NOW - timedelta(hours=1),
                "flags": [],
                "clocked_version": seen,
            }
            for item_id in range(first, first + count)
        ]
        uow.connection.execute(insert(t.work_item), rows)
        uow.connection.execute(text("ANALYZE"))
        uow.commit()
