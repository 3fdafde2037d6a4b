"""The five hard cases of docs/clocks.md: what stands there is what the code says, to the second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.clock_lines import clock_lines
from bot.desk.calendar import Calendar
from bot.desk.clock import clocks_of, explain
from bot.desk.history import History
from bot.desk.sla import ClockKind, Goal, Rule, SlaPolicy
from bot.settings import load, shipped
from bot.store.clock_page import ShownClock
from tests.unit.desk.calendars import slow_count
from tests.unit.desk.test_clock import at, entry, make_history, opens, resolves, waits

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "clocks.md"
CALENDARS = load(shipped("config"), {}, needs_secrets=False).calendars
KARACHI = ZoneInfo("Asia/Karachi")


def policy(calendar: str, goal: Goal, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> SlaPolicy:
    return SlaPolicy((Rule("example", CALENDARS[calendar], {kind: goal}),))


def karachi(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=KARACHI)


# Name → history, policy, and the moment at which somebody looks.
CASES: Mapping[str, tuple[History, SlaPolicy, datetime]] = {
    "a night shift across midnight, a break and Thanksgiving": (
        make_history(opened_at=karachi("11-25 23:30")),
        policy("night", Goal(timedelta(hours=6))),
        karachi("11-27 22:00"),
    ),
    "the clocks of New York go back, those of Karachi never do": (
        make_history(opened_at=at("10-30 18:30")),
        policy("night", Goal(timedelta(hours=2))),
        at("11-02 10:30"),
    ),
    "two teams, counted once where both work": (
        make_history(opened_at=at("11-24 07:15:30")),
        policy("desk", Goal(None)),
        at("11-24 19:30"),
    ),
    "waiting for the customer until an agreed day, and mail that comes before it": (
        make_history(
            waits("11-24 11:00", until="2026-12-01"),
            opens("11-25 16:30"),
        ),
        policy("office", Goal(timedelta(hours=4))),
        at("11-30 08:30"),
    ),
    "resolved, opened again, and sorted anew": (
        make_history(
            resolves("11-24 11:30"),
            opens("11-25 09:00", before="resolved"),
            entry("11-25 10:00", "sorted", before={"category": "other"}, after={"category": "dispute"}),
        ),
        policy("office", Goal(None, days=1), ClockKind.RESOLUTION),
        at("11-25 14:00"),
    ),
}


def shown(name: str) -> tuple[ShownClock, datetime]:
    history, rules, now = CASES[name]
    (clock,) = clocks_of(history, rules, now)
    return ShownClock(clock, tuple(explain(clock, now))), now


@pytest.mark.parametrize("name", CASES)
def test_the_document_shows_what_the_code_says(name: str) -> None:
    lines = "\n".join(clock_lines(shown(name)[0]))
    assert lines in DOCUMENT.read_text(encoding="utf-8"), f"docs/clocks.md should have:\n{lines}"


@pytest.mark.parametrize("name", CASES)
def test_the_slow_count_comes_to_the_same(name: str) -> None:
    one, now = shown(name)
    calendar: Calendar = one.clock.calendar
    running = [part for part in one.clock.segments if not part.pause]
    counted = sum((slow_count(calendar, part.starts_at, part.ends_at or now) for part in running), timedelta(0))
    assert counted == one.clock.used == sum((part.counted for part in one.intervals), timedelta(0))
