"""Items and histories for reports, without a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.desk.history import History, Standing
from bot.desk.work_item import ItemState
from bot.reports.facts import Facts, ItemFacts, Sorting
from bot.reports.report import Entry, Figure, Measure, Report, Row, Table, Thing

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def make_judged(
    number: int, said: str, truth: str, probability: float = 0.9, *, age: timedelta = timedelta(hours=1), best: str = ""
) -> ItemFacts:
    """An item that mail opened: sorted as `said`, and left by staff at `truth`; "" where nobody dealt with it."""
    opened = NOW - age
    standings = [Standing(opened, ItemState.OPEN, said, "", "icc", "", None)]
    if truth:
        standings.append(Standing(opened, ItemState.RESOLVED, truth, "", "icc", "", None, "kim"))
    history = History(number, opened, "outside", None, None, tuple(standings), ())
    return ItemFacts(history, sorting=Sorting(said, best or said, probability))


def make_facts(*items: ItemFacts) -> Facts:
    return Facts(NOW - timedelta(days=7), NOW, NOW - timedelta(days=35), items)


def make_report(*rows: Row, title: str = "Of something", things: dict[str, Thing] | None = None) -> Report:
    table = Table("some", title, "Name", ("Count", "Time"), rows)
    return Report("sla-daily", "A report", NOW - timedelta(days=1), NOW, (table,), things=things or {})


def make_row(name: str, *things: str) -> Row:
    entries = tuple(Entry(one, timedelta(hours=1, minutes=30)) for one in things)
    return Row(name, (Figure(Measure.COUNT, entries), Figure(Measure.MEDIAN, entries)))
