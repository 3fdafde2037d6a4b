"""A quarter of the desk, played through the real steps with a clock of its own and held against a slow model."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.quarter.play import Played, Player
from benchmarks.quarter.script import Script, write
from benchmarks.quarter.slow import Expected, expect
from benchmarks.quarter.slow_reminders import MOST_TOUCHES, window_begins
from benchmarks.table import Row

__all__ = ["differences", "measure", "over_budget", "wrongly_sent"]

INSIDE = ("account-manager", "invoices-bounce")


def differences(played: Played, expected: Expected) -> dict[str, object]:
    """What the desk did otherwise than the slow model says; empty where both agree."""
    found: dict[str, object] = {}
    for what in ("written", "sent", "warned"):
        if wrong := getattr(played, what) ^ getattr(expected, what):
            found[what] = (len(wrong), sorted(map(str, wrong))[:5])
    if wrong_days := [day for day, count in expected.unpaid.items() if played.unpaid.get(day, 0) != count]:
        found["large invoices told"] = wrong_days[:5]
    for at, columns in expected.summaries.items():
        for column, numbers in columns.items():
            if numbers != played.summaries[at][column]:
                found[f"{column} at {at}"] = sorted(numbers ^ played.summaries[at][column])[:5]
    return found


def wrongly_sent(script: Script, played: Played) -> list[tuple[str, str]]:
    """Invoices of which a reminder left, in its text or its statement, though the ledger called them otherwise than
    open that day."""
    bills = {bill.number: bill for bill in script.bills}
    return [
        (number, str(at))
        for at, _, numbers in played.sent
        for number in numbers
        if bills[number].status_on(at.date()) != "open"
    ]


def over_budget(played: Played) -> list[tuple[int, str]]:
    """Customers who were written to more often than the budget allows, with the day on which it was one too many."""
    days: dict[int, set[date]] = {}
    found = []
    for day, customer, rule, _ in sorted(played.written):
        if rule in INSIDE:
            continue
        days.setdefault(customer, set()).add(day)
        if sum(one >= window_begins(day) for one in days[customer]) > MOST_TOUCHES:
            found.append((customer, str(day)))
    return found


def measure(messages: int) -> Sequence[Row]:
    """The whole quarter, with a customer for each 150 messages. Raises AssertionError where the desk is wrong."""
    script = write(messages, max(messages // 150, 10))
    expected = expect(script)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        played = Player(Path(folder), script).play()
        took = time.perf_counter() - began
    assert differences(played, expected) == {}, differences(played, expected)
    assert not wrongly_sent(script, played)
    assert not over_budget(played)
    name = f"{messages} messages, {len({bill.customer for bill in script.bills})} customers, {script.days} days"
    checked = f"{len(played.written)} reminders, {len(played.sent)} mails, {played.blocked} blocked, "
    checked += f"{len(played.warned)} warnings, {len(played.summaries)} summaries as the slow model says"
    return [Row("quarter", name, f"{took:.0f} s", checked)]
