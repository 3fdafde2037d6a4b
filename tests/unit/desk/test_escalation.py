"""The ladder of warnings: climbed once, told to whom, merged and capped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.clock import clocks_of
from bot.desk.escalation import Climb, Notice, Warned, climb, notices, over_the_cap, people_for
from bot.desk.sla import ClockKind, SlaPolicy, Step
from tests.unit.desk.test_clock import FOUR_HOURS, HOUR, at, make_history, waits

SOON = Step("due soon", ("assignee",), before=HOUR)
LATE = Step("late", ("assignee", "lead"))
STILL = Step("still late", ("lead", "manager"), after=4 * HOUR)
LADDER = (SOON, LATE, STILL)


def _climb(now: str, reached: int = 0) -> Climb:
    (clock,) = clocks_of(make_history(), FOUR_HOURS, at(now))
    return climb(clock, LADDER, reached, at(now))


@pytest.mark.parametrize(
    ("now", "reached", "step", "next_at"),
    [
        ("11-24 12:59", 0, None, "11-24 13:00"),
        ("11-24 13:00", 1, SOON, "11-24 14:00"),
        ("11-24 14:00", 2, LATE, "11-25 09:00"),
        # After a night without power the highest step is told, and not each of them.
        ("11-25 09:00", 3, STILL, None),
    ],
)
def test_a_clock_climbs_as_far_as_is_due(now: str, reached: int, step: Step | None, next_at: str | None) -> None:
    assert _climb(now) == Climb(reached, at(next_at) if next_at else None, step)


def test_no_step_is_told_twice() -> None:
    assert _climb("11-24 13:30", reached=1) == Climb(1, at("11-24 14:00"), None)


def test_a_clock_that_pauses_or_has_stopped_warns_nobody() -> None:
    (paused,) = clocks_of(make_history(waits("11-24 11:00")), FOUR_HOURS, at("11-27 11:00"))
    assert climb(paused, LADDER, 0, at("11-27 11:00")) == Climb(0, None, None)
    (stopped,) = clocks_of(make_history(sent=("11-24 12:00",)), FOUR_HOURS, at("11-27 11:00"))
    assert climb(stopped, LADDER, 0, at("11-27 11:00")) == Climb(0, None, None)


@pytest.mark.parametrize(
    ("step", "assignee", "leads", "manager", "told"),
    [
        (SOON, "kim", {"icc": "pat"}, "mo", ("kim",)),
        (SOON, "", {"icc": "pat"}, "mo", ("pat",)),
        (SOON, "", {}, "mo", ("mo",)),
        (SOON, "", {}, "", ("",)),
        (LATE, "kim", {"icc": "pat"}, "mo", ("kim", "pat")),
        (STILL, "kim", {"icc": "pat"}, "", ("pat",)),
        (Step("x", ("lee",)), "kim", {}, "", ("lee",)),
    ],
)
def test_where_a_rung_has_nobody_the_next_one_is_told(
    step: Step, assignee: str, leads: dict[str, str], manager: str, told: tuple[str, ...]
) -> None:
    standing = make_history(assignee=assignee or None).standing(at("11-24 10:00"))
    assert people_for(step, standing, SlaPolicy((), leads=leads, manager=manager)) == told


def test_what_is_due_for_a_person_at_one_time_is_one_notice() -> None:
    first = Warned(1002, ClockKind.RESOLUTION, "late", at("11-24 11:00"))
    second = Warned(1001, ClockKind.FIRST_RESPONSE, "late", at("11-24 12:00"))
    other = Warned(1003, ClockKind.FIRST_RESPONSE, "late", None)
    assert notices([("kim", other), ("pat", first), ("kim", second), ("kim", first)]) == [
        Notice("kim", (first, second, other)),
        Notice("pat", (first,)),
    ]


def test_after_so_many_in_a_day_they_join_the_last() -> None:
    policy = SlaPolicy((), most_notices=2)
    assert [over_the_cap("kim", {"kim": count}, policy) for count in (0, 1, 2, 3)] == [False, False, True, True]
    assert over_the_cap("pat", {"kim": 9}, policy) is False


def test_a_long_way_late_is_shown_as_such() -> None:
    (clock,) = clocks_of(make_history(), FOUR_HOURS, at("12-01 17:00"))
    # The rest of the day, a day, Thanksgiving off, a day, a weekend, a day, a day.
    assert clock.used == timedelta(hours=7 + 9 + 9 + 9 + 9)
