"""What must come of the quarter, worked out slowly and on its own: it knows nothing of the desk but its promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from benchmarks.quarter.script import NEW_YORK, Bill, Letter, Script

# Written down by hand: the federal holidays of the quarter, and the days on which the shipped calendars are closed.
CLOSED = {
    date(2026, 10, 12),
    date(2026, 11, 11),
    date(2026, 11, 26),
    date(2026, 11, 27),
    date(2026, 12, 24),
    date(2026, 12, 25),
}
LEVELS = ((5, "past-due-friendly"), (20, "past-due-firm"), (45, "past-due-final"))
MOST_TOUCHES, IN_DAYS = 3, 10
LEAST = timedelta(minutes=30)


@dataclass
class Expected:
    """Day of each summary → the numbers of the letters; and the reminders written and sent, by day and customer."""

    summaries: dict[datetime, dict[str, set[int]]] = field(default_factory=dict)
    written: set[tuple[date, int, str, str]] = field(default_factory=set)
    sent: set[tuple[datetime, int, frozenset[str]]] = field(default_factory=set)


@dataclass
class Mind:
    """When each customer was written to, and of what everybody was told."""

    touches: dict[int, list[date]] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED


def due_at(letter: Letter) -> datetime:
    """Both calendars end their day with the night shift, at five in Karachi, which is midnight in UTC all year."""
    day = letter.at.date()
    while True:
        ends = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        if is_workday(day) and ends - letter.at >= LEAST:
            return ends
        day += timedelta(days=1)


def window_begins(today: date) -> date:
    """The first of the business days that the budget counts; today is the last of them."""
    day, left = today, IN_DAYS - 1
    while left:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return day


def expect(script: Script) -> Expected:
    made = Expected()
    rounds = script.rounds
    taken_in = {one.number: next(at for at in rounds if at >= one.at) for one in script.letters}
    done = {
        one.number: next((at for at in rounds if at >= max(one.at + one.takes, taken_in[one.number])), None)
        for one in script.letters
        if one.takes is not None
    }
    mind = Mind()
    drafts: list[tuple[int, list[str]]] = []
    last_day = None
    for at in rounds:
        today = at.astimezone(NEW_YORK).date()
        held = {
            one.invoice
            for one in script.letters
            if one.category.startswith("dispute")
            and taken_in[one.number] <= at
            and not ((ended := done.get(one.number)) is not None and ended <= at)
        }
        owed = {bill.number: bill for bill in script.bills if bill.status_on(today) == "open"}
        for customer, invoices in drafts:
            if all(one in owed and one not in held for one in invoices):
                made.sent.add((at, customer, frozenset(invoices)))
        drafts = []
        if today != last_day and is_workday(today):
            last_day = today
            payable = {number: bill for number, bill in owed.items() if number not in held}
            drafts = _write(script, made, payable, mind, today)
        if at.astimezone(NEW_YORK).hour == 20:
            made.summaries[at] = _summary(script, taken_in, done, at)
    return made


def _write(
    script: Script, made: Expected, payable: dict[str, Bill], mind: Mind, today: date
) -> list[tuple[int, list[str]]]:
    """The reminders of a day. `payable` is what is owed and nobody contests."""
    drafts = []
    for customer in sorted({bill.customer for bill in script.bills}):
        due = []
        for bill in payable.values():
            reached = [level for level in LEVELS if (today - bill.due_on).days >= level[0]]
            if bill.customer != customer or not reached:
                continue
            if not any((level[1], bill.number) in mind.told for level in LEVELS if level[0] >= reached[-1][0]):
                due.append((bill.number, reached[-1][1]))
        recent = [day for day in mind.touches.get(customer, []) if day >= window_begins(today)]
        if due and len(recent) < MOST_TOUCHES:
            mind.touches.setdefault(customer, []).append(today)
            mind.told |= {(level, number) for number, level in due}
            made.written |= {(today, customer, level, number) for number, level in due}
            drafts.append((customer, [number for number, _ in due]))
    return drafts


def _summary(
    script: Script, taken_in: dict[int, datetime], done: dict[int, datetime | None], at: datetime
) -> dict[str, set[int]]:
    since = at - timedelta(days=1)
    known = [one for one in script.letters if taken_in[one.number] <= at]
    ended = {one.number: when for one in known if (when := done.get(one.number)) is not None and when <= at}
    undone = [one for one in known if one.number not in ended]
    return {
        "In": {one.number for one in known if one.at > since},
        "Done": {number for number, when in ended.items() if when > since},
        "Open": {one.number for one in undone},
        "Late": {one.number for one in undone if at > due_at(one)},
    }
