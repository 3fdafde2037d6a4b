"""What must come of the quarter, worked out slowly and on its own: it knows nothing of the desk but its promises."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.quarter.hours import first_at_or_after, is_workday
from benchmarks.quarter.script import NEW_YORK, Bill, Exemption, Script
from benchmarks.quarter.slow_clocks import LARGE_CENTS, Course, Promises
from benchmarks.quarter.slow_reminders import Day, Mind, Written, local_day, write_day

# So many lines at most are told of at once.
MOST_LINES = 50


@dataclass
class Expected:
    """Moment of each summary → the numbers of the letters; reminders written and sent; who was warned of what; and how
    many large invoices the manager was told of on each day."""

    summaries: dict[datetime, dict[str, set[int]]] = field(default_factory=dict)
    written: set[tuple[date, int, str, str]] = field(default_factory=set)
    sent: set[tuple[datetime, str, frozenset[str]]] = field(default_factory=set)
    warned: set[tuple[datetime, str, int, str, str]] = field(default_factory=set)
    unpaid: dict[date, int] = field(default_factory=dict)


def recipient(written: Written) -> str:
    """A reminder goes to the account, a question to who had written, and word inside to the account's manager."""
    if written.is_inside:
        return f"rep{written.customer}@northgate.example"
    who = f"ann{written.course.letter.number}" if written.course is not None else "ap"
    return f"{who}@c{written.customer}.example"


def expect(script: Script) -> Expected:
    made, rounds = Expected(), script.rounds
    courses = _courses(script, rounds)
    bills = {bill.number: bill for bill in script.bills}
    exemptions = defaultdict[int, list[Exemption]](list)
    for exemption in script.exemptions:
        exemptions[exemption.customer].append(exemption)
    mind, waits = Mind(), list[Written]()
    ended: list[Course] = []
    last_day = None
    for at in rounds:
        today = local_day(at)
        known = courses[: bisect_right(courses, at, key=lambda one: one.taken_in)]
        undone = [one for one in known if not one.is_done(at)]
        held = {one.letter.invoice for one in undone if one.letter.category.startswith("dispute")}
        _send(made, waits, bills, held, at)
        waits = []
        if today != last_day and is_workday(today):
            last_day = today
            day = _day(script, undone, held, at, exemptions)
            waits = write_day(script.customers, mind, day)
            made.written |= {(today, one.customer, *told) for one in waits for told in one.told}
            made.unpaid[today] = min(MOST_LINES, _unpaid(script, held, today))
        if at.astimezone(NEW_YORK).hour == 20:
            made.summaries[at] = _summary(known, at)
            # Only what may still be of a summary is looked at again.
            ended += [one for one in courses if one.is_done(at - timedelta(days=2))]
            courses = [one for one in courses if not one.is_done(at - timedelta(days=2))]
    for one in (*ended, *courses):
        begins = rounds[bisect_left(rounds, one.taken_in) :]
        made.warned |= {(at, who, one.letter.number, step, kind) for at, who, step, kind in one.warnings(begins)}
    return made


def _courses(script: Script, rounds: list[datetime]) -> list[Course]:
    promises, cents = Promises(), {bill.number: bill.cents for bill in script.bills}
    found = []
    for one in script.letters:
        taken_in = first_at_or_after(rounds, one.at)
        if taken_in is None:
            raise ValueError(f"letter {one.number} comes after the last round")
        course = Course(one, promises.of(one, cents[one.invoice]), taken_in)
        if one.asks is not None:
            course.asked = first_at_or_after(rounds, max(one.at + one.asks, taken_in))
        if one.takes is not None:
            course.done = first_at_or_after(rounds, max(one.at + one.takes, course.asked or taken_in))
        found.append(course)
    return found


def _send(made: Expected, waits: Iterable[Written], bills: dict[str, Bill], held: set[str], at: datetime) -> None:
    today = local_day(at)
    for one in waits:
        if one.course is not None and one.course.is_done(at):
            continue
        if all(bills[name].status_on(today) == "open" and name not in held for name in one.invoices):
            made.sent.add((at, recipient(one), one.invoices))
            if one.course is not None and one.course.reminded is None:
                one.course.reminded = at


def _day(
    script: Script, undone: list[Course], held: set[str], at: datetime, exemptions: dict[int, list[Exemption]]
) -> Day:
    today = local_day(at)
    payable, waiting = defaultdict[int, list[Bill]](list), defaultdict[int, list[Course]](list)
    owing = set()
    for bill in script.bills:
        if bill.status_on(today) == "open":
            owing.add(bill.customer)
            if bill.number not in held:
                payable[bill.customer].append(bill)
    for one in undone:
        if one.asked is not None and one.asked <= at:
            waiting[one.letter.customer].append(one)
    came_back = {}
    rounds = script.rounds
    for bounce in script.bounces:
        taken_in = first_at_or_after(rounds, bounce.at)
        if taken_in is not None and taken_in <= at:
            came_back[bounce.customer] = local_day(taken_in)
    return Day(at, today, payable, waiting, exemptions, owing, came_back)


def _unpaid(script: Script, held: set[str], today: date) -> int:
    """Large invoices of the month that are owed and will not be paid in it."""
    return sum(
        bill.cents > LARGE_CENTS
        and (bill.due_on.year, bill.due_on.month) == (today.year, today.month)
        and (bill.status_on(today) == "disputed" or (bill.status_on(today) == "open" and bill.number in held))
        for bill in script.bills
    )


def _summary(known: list[Course], at: datetime) -> dict[str, set[int]]:
    since = at - timedelta(days=1)
    undone = [one for one in known if not one.is_done(at)]
    return {
        "In": {one.letter.number for one in known if one.letter.at > since},
        "Done": {one.letter.number for one in known if one.is_done(at) and not one.is_done(since)},
        "Open": {one.letter.number for one in undone},
        "Late": {one.letter.number for one in undone if one.is_late(at)},
    }
