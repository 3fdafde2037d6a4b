"""Targets: what the desk promises for which work, as sla.toml says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.desk.calendar import Calendar, business_time, end_of_day


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    NEXT_UPDATE = "next_update"

    @property
    def spoken(self) -> str:
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Goal:
    """So much business time; or, where `span` is None, until the end of the working day, or of one `days` later."""

    span: timedelta | None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """What of an item decides about its targets."""

    queue: str
    category: str
    reason: str
    side: str
    customer_number: str | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Goals for what it fits; an empty field fits everything. `customers` are the numbers of a class."""

    name: str
    calendar: Calendar
    goals: Mapping[ClockKind, Goal]
    queue: str = ""
    category: str = ""
    reason: str = ""
    side: str = ""
    customers: frozenset[str] | None = None
    amount_over: Decimal | None = None

    def fits(self, case: Case) -> bool:
        named = (
            (self.queue, case.queue),
            (self.category, case.category),
            (self.reason, case.reason),
            (self.side, case.side),
        )
        if any(wanted and wanted != found for wanted, found in named):
            return False
        if self.customers is not None and case.customer_number not in self.customers:
            return False
        return self.amount_over is None or (case.amount is not None and case.amount > self.amount_over)


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder: who is told, and how long before the breach or after it, in business time."""

    name: str
    tell: tuple[str, ...]
    before: timedelta | None = None
    after: timedelta = timedelta(0)

    def at(self, budget: timedelta) -> timedelta:
        """How much business time is used when it is due."""
        if self.before is None:
            return budget + self.after
        # A target as short as the warning is warned of at half of it, not at once.
        return max(budget - self.before, budget / 2)


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """`rules` in order: for each kind of clock the first that fits and names it counts. `least` is what a working day
    must have left for work to be due on it. `version` tells whether a policy is the one that clocks were made by."""

    rules: tuple[Rule, ...]
    least: timedelta = timedelta(0)
    ladder: tuple[Step, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)
    manager: str = ""
    most_notices: int = 20
    version: str = ""

    @property
    def asks_amounts(self) -> bool:
        return any(rule.amount_over is not None for rule in self.rules)

    def rule_for(self, kind: ClockKind, case: Case) -> Rule | None:
        return next((rule for rule in self.rules if kind in rule.goals and rule.fits(case)), None)


def budget(goal: Goal, calendar: Calendar, start: datetime, least: timedelta) -> timedelta:
    """The business time that there is from `start`."""
    if goal.span is not None:
        return goal.span
    ends = end_of_day(calendar, start, least)
    for _ in range(goal.days):
        ends = end_of_day(calendar, ends)
    return business_time(calendar, start, ends)
