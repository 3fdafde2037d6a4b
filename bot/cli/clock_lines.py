"""Clocks as the terminal shows them, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.clock import Clock, exact
from bot.store.clock_page import ShownClock


def clock_json(shown: ShownClock) -> Mapping[str, Any]:
    clock = shown.clock
    return {
        "kind": clock.kind,
        "target": clock.rule,
        "calendar": clock.calendar.slug,
        "state": clock.state,
        "started_at": clock.started_at.isoformat(),
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "budget_seconds": clock.budget.total_seconds(),
        "used_seconds": clock.used.total_seconds(),
        "intervals": [
            {
                "from": one.starts_at.isoformat(),
                "to": one.ends_at.isoformat(),
                "counted_seconds": one.counted.total_seconds(),
                "why": one.why,
            }
            for one in shown.intervals
        ],
    }


def clock_lines(shown: ShownClock) -> Iterator[str]:
    clock = shown.clock
    zone = clock.calendar.zone
    yield f"{clock.kind.spoken} ({clock.rule}, hours of {clock.calendar.slug}): {_standing(clock, zone)}"
    for one in shown.intervals:
        begins, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
        yield f"  {begins:%a %Y-%m-%d %H:%M:%S} - {ends:%a %Y-%m-%d %H:%M:%S}  {exact(one.counted):>9}  {one.why}"
    yield f"  {'used':>47}  {exact(clock.used):>9}  of {exact(clock.budget)}, times in {zone.key}"


def _standing(clock: Clock, zone: ZoneInfo) -> str:
    due = f"due {clock.due_at.astimezone(zone):%a %Y-%m-%d %H:%M:%S}" if clock.due_at else "not due while it pauses"
    if clock.stopped_at is not None:
        return f"{clock.state} after {exact(clock.used)}"
    return f"late by {exact(clock.late_by)}, {due}" if clock.is_late else f"{clock.state}, {due}"
