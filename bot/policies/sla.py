"""sla.toml → the policy of targets and warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.desk.calendar import Calendar
from bot.desk.category import Catalog
from bot.desk.sla import ClockKind, Goal, Rule, SlaPolicy, Step
from bot.desk.triage import UNSORTED_QUEUE
from bot.desk.verdict import UNSORTED
from bot.policies.table import Table

_SPAN = re.compile(r"(\d{1,4})([mh])")
_DAY = re.compile(r"day(?:\+(\d{1,2}))?")


def _span_of(value: str) -> timedelta:
    found = _SPAN.fullmatch(value)
    if not found:
        raise ValueError(f"write {value!r} as 90m or 4h")
    return timedelta(minutes=int(found[1])) * (60 if found[2] == "h" else 1)


def _goal_of(value: str) -> Goal:
    day = _DAY.fullmatch(value)
    if day:
        return Goal(None, int(day[1] or 0))
    try:
        span = _span_of(value)
    except ValueError:
        span = timedelta(0)
    if not span:
        raise ValueError(f"write {value!r} as 90m, 4h, day or day+2")
    return Goal(span)


def _span(value: str) -> str:
    _span_of(value)
    return value


def _goal(value: str) -> str:
    _goal_of(value)
    return value


Span = Annotated[str, AfterValidator(_span)]
GoalText = Annotated[str, AfterValidator(_goal)]


class DeskTable(Table):
    least: Span = "0m"
    manager: str = ""
    most_notices: int = Field(default=20, ge=1)


class TargetTable(Table):
    name: str
    calendar: str
    queue: str = ""
    category: str = ""
    reason: str = ""
    side: Literal["", "inside", "outside"] = ""
    customer_class: str = ""
    amount_over: Decimal | None = Field(default=None, ge=0)
    first_response: GoalText | None = None
    resolution: GoalText | None = None
    next_update: GoalText | None = None


class StepTable(Table):
    name: str
    tell: tuple[str, ...] = Field(min_length=1)
    before: Span | None = None
    after: Span = "0m"


class SlaFile(Table):
    desk: DeskTable = DeskTable()
    leads: dict[str, str] = Field(default_factory=dict)
    classes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    target: tuple[TargetTable, ...] = ()
    ladder: tuple[StepTable, ...] = ()


def sla_policy(file: SlaFile, calendars: Mapping[str, Calendar], catalog: Catalog, mistakes: list[str]) -> SlaPolicy:
    """The policy; what does not fit calendars and categories is added to the mistakes, and left out."""
    found = [
        f"sla.toml: target {table.name}: {one}" for table in file.target for one in _mistakes(table, file, catalog)
    ]
    # Calendars that are wrong themselves were told already.
    found += [
        f"sla.toml: target {table.name}: calendar: calendars.toml has no {table.calendar!r}"
        for table in file.target
        if table.calendar not in calendars and calendars
    ]
    mistakes += found
    if found or not calendars:
        return SlaPolicy(())
    return SlaPolicy(
        rules=tuple(_rule(table, file, calendars[table.calendar]) for table in file.target),
        least=_span_of(file.desk.least),
        ladder=tuple(_step(table) for table in file.ladder),
        leads=file.leads,
        manager=file.desk.manager,
        most_notices=file.desk.most_notices,
        version=_version(file, calendars),
    )


def _mistakes(table: TargetTable, file: SlaFile, catalog: Catalog) -> Iterator[str]:
    if table.category and table.category not in (*catalog, UNSORTED):
        yield f"category: there is no {table.category!r}"
    elif table.reason and table.category not in catalog:
        yield "reason: name its category too"
    elif table.reason and table.reason not in catalog[table.category].reasons:
        yield f"reason: {table.category} has no {table.reason!r}"
    if table.queue and table.queue not in {one.queue for one in catalog.values()} | {UNSORTED_QUEUE}:
        yield f"queue: no category is worked in {table.queue!r}"
    if table.customer_class and table.customer_class not in file.classes:
        yield f"customer_class: [classes] has no {table.customer_class!r}"
    if not (table.first_response or table.resolution or table.next_update):
        yield "give it a first_response, a resolution or a next_update"


def _rule(table: TargetTable, file: SlaFile, calendar: Calendar) -> Rule:
    goals = {
        ClockKind.FIRST_RESPONSE: table.first_response,
        ClockKind.RESOLUTION: table.resolution,
        ClockKind.NEXT_UPDATE: table.next_update,
    }
    return Rule(
        name=table.name,
        calendar=calendar,
        goals={kind: _goal_of(text) for kind, text in goals.items() if text},
        queue=table.queue,
        category=table.category,
        reason=table.reason,
        side=table.side,
        customers=frozenset(file.classes[table.customer_class]) if table.customer_class else None,
        amount_over=table.amount_over,
    )


def _step(table: StepTable) -> Step:
    before = _span_of(table.before) if table.before else None
    return Step(table.name, table.tell, before, _span_of(table.after))


def _version(file: SlaFile, calendars: Mapping[str, Calendar]) -> str:
    """Another one whenever a clock could come out otherwise. Of the days off a few years tell them apart."""
    hours = [
        (slug, team.zone.key, str(team.served_zone), team.week, sorted(team.own_days.items()), _days_off(team.days_off))
        for slug, calendar in sorted(calendars.items())
        for team in calendar.teams
    ]
    return sha256(repr((file.model_dump(), hours)).encode()).hexdigest()[:32]


def _days_off(asked: object) -> str:
    # The arguments behind the function are the table's own texts: no year of holidays has to be loaded for them.
    return repr(getattr(asked, "args", ()))
