"""What the slow model knows of reminders: who is to be written to on a day, and about what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from benchmarks.quarter.hours import is_workday, workdays_ended
from benchmarks.quarter.script import NEW_YORK, Bill, Exemption, is_on_paper
from benchmarks.quarter.slow_clocks import LARGE_CENTS, Course

LEVELS = ((5, "past-due-friendly"), (20, "past-due-firm"), (45, "past-due-final"))
ASKED = ((3, "waiting-first"), (7, "waiting-second"), (12, "waiting-last"))
EXPIRES = ((7, "certificate-7"), (30, "certificate-30"), (60, "certificate-60"))
MOST_TOUCHES, IN_DAYS, MOST_INVITED = 3, 10, 10
Told = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """One draft: what it is about, and the invoices that its text or its statement names."""

    customer: int
    told: tuple[Told, ...]
    invoices: frozenset[str]
    course: Course | None = None
    is_inside: bool = False


@dataclass
class Mind:
    """When each customer was written to, and of what everybody was told on which day."""

    touches: dict[int, list[date]] = field(default_factory=dict)
    told: dict[int, dict[Told, date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Day:
    """All that decides on one day. `payable` is what is owed, that nobody contests, by customer."""

    now: datetime
    today: date
    payable: Mapping[int, list[Bill]]
    waiting: Mapping[int, list[Course]]
    exemptions: Mapping[int, list[Exemption]]
    owing: set[int]
    returned: Mapping[int, date]


def window_begins(today: date) -> date:
    """The first of the business days that the budget counts; today is the last of them."""
    day, left = today, IN_DAYS - 1
    while left:
        day -= timedelta(days=1)
        left -= is_workday(day)
    return day


def write_day(customers: Iterable[int], mind: Mind, day: Day) -> list[Written]:
    found, invited = [], 0
    # The desk goes by the account's number as text.
    for customer in sorted(customers, key=lambda one: f"C{one}"):
        told = mind.told.setdefault(customer, {})
        wanted = _to_customer(customer, told, day)
        is_invitation = wanted is not None and wanted.told[0][0] == "e-billing"
        recent = [one for one in mind.touches.get(customer, []) if one >= window_begins(day.today)]
        if wanted is not None and len(recent) < MOST_TOUCHES and not (is_invitation and invited == MOST_INVITED):
            invited += is_invitation
            mind.touches.setdefault(customer, []).append(day.today)
            found.append(wanted)
        inside = _inside(customer, told, day)
        found += [inside] if inside is not None else []
        for one in found[-2:]:
            if one.customer == customer:
                told |= dict.fromkeys(one.told, day.today)
    return found


def _to_customer(customer: int, told: Mapping[Told, date], day: Day) -> Written | None:
    payable = day.payable.get(customer, [])
    past_due = [one for bill in payable for one in _level(bill, told, day.today)]
    large = [
        ("large-dollar", f"{bill.number}/{day.today:%Y-%m}")
        for bill in payable
        if bill.cents > LARGE_CENTS and day.today <= bill.due_on and _month(bill.due_on) == _month(day.today)
    ]
    certificates = [one for each in day.exemptions.get(customer, []) for one in _expiry(each, day.today)]
    ledger = [one for one in (*past_due, *large, *certificates) if one not in told]
    if ledger:
        named = {key.partition("/")[0] for rule, key in ledger if rule.startswith(("past-due", "large"))}
        if any(rule.startswith("past-due") for rule, _ in ledger):
            named |= {bill.number for bill in payable if bill.due_on < day.today}
        return Written(customer, tuple(ledger), frozenset(named))
    for course in day.waiting.get(customer, []):
        step = _next_question(course, told, day)
        if step is not None:
            return Written(customer, (step,), frozenset(), course)
    if is_on_paper(customer) and customer in day.owing and not any(rule == "e-billing" for rule, _ in told):
        return Written(customer, (("e-billing", str(day.today)),), frozenset())
    return None


def _level(bill: Bill, told: Mapping[Told, date], today: date) -> list[Told]:
    """The highest level that it has come to, unless it had that one or a higher one."""
    reached = [name for days, name in LEVELS if (today - bill.due_on).days >= days]
    if not reached:
        return []
    higher = [name for _, name in LEVELS][len(reached) - 1 :]
    return [] if any((name, bill.number) in told for name in higher) else [(reached[-1], bill.number)]


def _expiry(exemption: Exemption, today: date) -> list[Told]:
    left = (exemption.expires_on - today).days
    names = [name for days, name in EXPIRES if 0 <= left <= days]
    return [(names[0], f"{exemption.state}/{exemption.number}/{exemption.expires_on}")] if names else []


def _next_question(course: Course, told: Mapping[Told, date], day: Day) -> Told | None:
    key = f"letter {course.letter.number}"
    had = [(days, told[name, key]) for days, name in ASKED if (name, key) in told]
    if course.asked is None or len(had) == len(ASKED):
        return None
    days, name = ASKED[len(had)]
    has_rested = not had or (day.today - had[-1][1]).days >= days - had[-1][0]
    return (name, key) if has_rested and workdays_ended(course.asked, day.now) >= days else None


def _inside(customer: int, told: Mapping[Told, date], day: Day) -> Written | None:
    payable = day.payable.get(customer, [])
    late = [("account-manager", bill.number) for bill in payable if (day.today - bill.due_on).days >= 50]
    late = [one for one in late if one not in told]
    if late:
        named = frozenset(bill.number for bill in payable if bill.due_on < day.today)
        return Written(customer, tuple(late), named, is_inside=True)
    last = day.returned.get(customer)
    if last is None or (day.today - last).days > 14:
        return None
    one = ("invoices-bounce", f"ap@c{customer}.example/{last:%Y-%m}")
    return None if one in told else Written(customer, (one,), frozenset(), is_inside=True)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def local_day(at: datetime) -> date:
    return at.astimezone(NEW_YORK).date()
