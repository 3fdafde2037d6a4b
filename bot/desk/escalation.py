"""Warnings before a breach, and whom to tell after it: a ladder climbed once, its messages merged and capped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.clock import Clock, ClockState, reached_at
from bot.desk.history import Standing
from bot.desk.sla import ClockKind, SlaPolicy, Step


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a clock has come on the ladder: `reached` counts the steps, `next_at` is when the next one is due."""

    reached: int
    next_at: datetime | None
    step: Step | None


@dataclass(frozen=True, slots=True)
class Warned:
    """One clock that a person is told about."""

    item_id: int
    kind: ClockKind
    step: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told at one time: all that is due for them then, in one. "" is everybody of the desk."""

    person: str
    warned: tuple[Warned, ...]


def climb(clock: Clock, ladder: Sequence[Step], reached: int, now: datetime) -> Climb:
    """Go up as far as is due. Of several steps that became due meanwhile only the highest is told."""
    if clock.state in (ClockState.MET, ClockState.MISSED):
        return Climb(reached, None, None)
    step = None
    for place, one in enumerate(ladder[reached:], start=reached):
        due = reached_at(clock, one.at(clock.budget))
        if due is None or due > now:
            return Climb(place, due, step)
        step = one
    return Climb(len(ladder), None, step)


def people_for(step: Step, standing: Standing, policy: SlaPolicy) -> tuple[str, ...]:
    """Where a rung has nobody, the next one up is told instead; at the very top, everybody."""
    lead = policy.leads.get(standing.queue, "") or policy.manager
    named = {"assignee": standing.assignee or lead, "lead": lead, "manager": policy.manager or lead}
    return tuple(dict.fromkeys(named.get(rung, rung) for rung in step.tell))


def notices(warnings: Iterable[tuple[str, Warned]]) -> list[Notice]:
    """One for each person, with what is due first at its head."""
    by_person: dict[str, list[Warned]] = {}
    for person, warned in warnings:
        by_person.setdefault(person, []).append(warned)
    return [Notice(person, tuple(sorted(many, key=_urgency))) for person, many in sorted(by_person.items())]


def over_the_cap(person: str, written_today: Mapping[str, int], policy: SlaPolicy) -> bool:
    """Whether what comes now joins the person's last notice of the day rather than being another one."""
    return written_today.get(person, 0) >= policy.most_notices


def _urgency(warned: Warned) -> tuple[bool, str, int]:
    return warned.due_at is None, warned.due_at.isoformat() if warned.due_at else "", warned.item_id
