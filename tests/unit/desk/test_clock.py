"""Clocks: when they begin, pause, go on and stop; that their intervals add up; and which target counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.clock import Clock, ClockState, clocks_of, exact, explain, reached_at
from bot.desk.history import History, as_of, history_of
from bot.desk.record import RecordEntry
from bot.desk.sla import Case, ClockKind, Goal, Rule, SlaPolicy, Step
from bot.desk.work_item import ItemState, WorkItem
from tests.unit.desk import calendars as c
from tests.unit.desk.calendars import slow_count

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=NEW_YORK)


OPENED = at("11-24 10:00")


def make_item(**changes: object) -> WorkItem:
    values: dict[str, object] = {
        "item_id": 1001,
        "thread_id": 1,
        "category": "dispute",
        "reason": "price",
        "state": ItemState.OPEN,
        "queue": "icc",
        "side": "outside",
        "customer_number": "C1",
        "subject": "price",
        "opened_at": OPENED,
    }
    return WorkItem(**(values | changes))  # type: ignore[arg-type]


def entry(when: str, what: str, who: str = "kim", *, before: dict[str, str], after: dict[str, str]) -> RecordEntry:
    return RecordEntry(at(when), who, what, "CD-1001", before, after)


def waits(when: str, until: str = "") -> RecordEntry:
    more = {"waiting_until": until} if until else {}
    old = {"waiting_until": ""} if until else {}
    return entry(when, "set_waiting", before={"state": "open", **old}, after={"state": "waiting", **more})


def opens(when: str, before: str = "waiting") -> RecordEntry:
    return entry(when, "reopened", "creditdesk", before={"state": before}, after={"state": "open"})


def resolves(when: str, before: str = "open") -> RecordEntry:
    return entry(when, "resolved", before={"state": before}, after={"state": "resolved"})


def make_history(*entries: RecordEntry, sent: tuple[str, ...] = (), **changes: object) -> History:
    states = [one.after["state"] for one in entries if "state" in one.after]
    until = [one.after.get("waiting_until", "") for one in entries if one.what == "set_waiting"]
    last: dict[str, object] = {"state": ItemState(states[-1])} if states else {}
    if states and states[-1] == "waiting" and until[-1]:
        last["waiting_until"] = date.fromisoformat(until[-1])
    return history_of(make_item(**(last | changes)), entries, [at(one) for one in sent])


def make_policy(goal: Goal, kind: ClockKind = ClockKind.FIRST_RESPONSE, **rule: object) -> SlaPolicy:
    return SlaPolicy((Rule("rule", c.OFFICE, {kind: goal}, **rule),))  # type: ignore[arg-type]


FOUR_HOURS = make_policy(Goal(4 * HOUR))
SAME_DAY = make_policy(Goal(None))
RESOLVED_SAME_DAY = make_policy(Goal(None), ClockKind.RESOLUTION)


def only(history: History, policy: SlaPolicy, now: str) -> Clock:
    (clock,) = clocks_of(history, policy, at(now))
    return clock


def told(clock: Clock, now: str) -> list[tuple[str, str]]:
    return [(exact(one.counted), one.why) for one in explain(clock, at(now))]


def test_a_clock_runs_from_the_arrival_of_the_mail() -> None:
    clock = only(make_history(), FOUR_HOURS, "11-24 11:30")
    assert (clock.used, clock.due_at, clock.state) == (1.5 * HOUR, at("11-24 14:00"), ClockState.RUNNING)


def test_the_same_day_ends_with_the_working_day() -> None:
    assert only(make_history(), SAME_DAY, "11-24 11:00").due_at == at("11-24 17:00")
    late = make_history(opened_at=at("11-24 17:30"))
    assert only(late, SAME_DAY, "11-24 18:00").due_at == at("11-25 17:00")


def test_days_later_means_working_days() -> None:
    two_later = make_policy(Goal(None, days=2))
    # The 26th is Thanksgiving.
    assert only(make_history(), two_later, "11-24 11:00").due_at == at("11-27 17:00")


def test_it_pauses_while_the_customer_has_to_answer() -> None:
    history = make_history(waits("11-24 11:00"), opens("11-25 09:00"))
    clock = only(history, FOUR_HOURS, "11-25 10:00")
    assert (clock.used, clock.due_at) == (2 * HOUR, at("11-25 12:00"))
    assert told(clock, "11-25 10:00") == [
        ("1:00:00", "working hours"),
        ("0:00:00", "waiting for the customer, set by kim"),
        ("1:00:00", "working hours"),
    ]


def test_in_a_pause_without_end_nobody_can_say_when_it_is_due() -> None:
    clock = only(make_history(waits("11-24 11:00")), FOUR_HOURS, "12-08 10:00")
    assert (clock.state, clock.due_at, clock.used) == (ClockState.PAUSED, None, HOUR)


def test_it_goes_on_by_itself_on_the_agreed_day() -> None:
    history = make_history(waits("11-24 11:00", until="2026-12-01"))
    paused = only(history, FOUR_HOURS, "11-30 10:00")
    assert (paused.state, paused.due_at) == (ClockState.PAUSED, at("12-01 11:00"))
    running = only(history, FOUR_HOURS, "12-01 09:00")
    assert (running.state, running.used) == (ClockState.RUNNING, 2 * HOUR)
    assert [why for _, why in told(running, "12-01 09:00")] == [
        "working hours",
        "waiting until 2026-12-01, set by kim",
        "outside working hours",
        "working hours",
    ]


def test_mail_that_comes_before_the_agreed_day_ends_the_waiting() -> None:
    history = make_history(waits("11-24 11:00", until="2026-12-01"), opens("11-25 09:00"))
    clock = only(history, FOUR_HOURS, "11-25 10:00")
    assert clock.used == 2 * HOUR
    assert told(clock, "11-25 10:00")[1] == ("0:00:00", "waiting until 2026-12-01, set by kim")


def test_the_first_answer_stops_the_first_response() -> None:
    clock = only(make_history(sent=("11-24 12:00",)), FOUR_HOURS, "11-24 16:00")
    assert (clock.state, clock.used, clock.stopped_at) == (ClockState.MET, 2 * HOUR, at("11-24 12:00"))


def test_an_answer_that_came_too_late_is_missed_by_what_it_was_late() -> None:
    clock = only(make_history(sent=("11-24 15:00",)), FOUR_HOURS, "11-24 16:00")
    assert (clock.state, clock.late_by) == (ClockState.MISSED, HOUR)


def test_an_answer_in_the_night_after_the_due_moment_is_missed() -> None:
    clock = only(make_history(sent=("11-24 20:00",)), SAME_DAY, "11-25 09:00")
    assert (clock.state, clock.due_at, clock.late_by) == (ClockState.MISSED, at("11-24 17:00"), timedelta(0))
    in_time = only(make_history(sent=("11-24 17:00",)), SAME_DAY, "11-25 09:00")
    assert in_time.state is ClockState.MET
    assert only(make_history(), SAME_DAY, "11-24 17:00").is_late is False
    assert only(make_history(), SAME_DAY, "11-24 18:00").is_late is True


def test_a_resolution_without_an_answer_stops_it_too() -> None:
    clock = only(make_history(resolves("11-24 11:00")), FOUR_HOURS, "11-24 16:00")
    assert (clock.state, clock.used) == (ClockState.MET, HOUR)


def test_what_is_opened_again_was_not_late_meanwhile() -> None:
    history = make_history(resolves("11-24 11:00"), opens("11-27 09:00", before="resolved"))
    clock = only(history, RESOLVED_SAME_DAY, "11-27 10:00")
    assert (clock.budget, clock.used) == (7 * HOUR, 2 * HOUR)
    assert clock.due_at == at("11-27 15:00")
    assert told(clock, "11-27 10:00")[1] == ("0:00:00", "resolved")


def test_every_word_of_ours_begins_the_wait_for_the_next() -> None:
    policy = make_policy(Goal(None, days=1), ClockKind.NEXT_UPDATE)
    assert clocks_of(make_history(), policy, at("11-24 11:00")) == []
    history = make_history(sent=("11-24 12:00", "11-25 12:00"))
    clock = only(history, policy, "11-25 13:00")
    assert (clock.started_at, clock.due_at) == (at("11-25 12:00"), at("11-27 17:00"))


def test_a_correction_of_the_category_counts_from_the_beginning() -> None:
    sorted_again = entry(
        "11-24 15:00",
        "sorted",
        before={"category": "other", "queue": "icc"},
        after={"category": "refund", "queue": "icc"},
    )
    policy = SlaPolicy(
        (
            Rule("refunds", c.OFFICE, {ClockKind.FIRST_RESPONSE: Goal(2 * HOUR)}, category="refund"),
            Rule("rest", c.OFFICE, {ClockKind.FIRST_RESPONSE: Goal(8 * HOUR)}),
        )
    )
    history = make_history(sorted_again, category="refund")
    clock = only(history, policy, "11-24 16:00")
    assert (clock.rule, clock.used, clock.late_by) == ("refunds", 6 * HOUR, 4 * HOUR)
    before = as_of(history, at("11-24 14:00"))
    assert only(before, policy, "11-24 14:00").rule == "rest"


def test_another_calendar_counts_the_same_events_by_its_own_hours() -> None:
    night = SlaPolicy((Rule("night", c.NIGHT, {ClockKind.FIRST_RESPONSE: Goal(4 * HOUR)}),))
    history = make_history(opened_at=at("11-24 08:00"))
    assert only(history, FOUR_HOURS, "11-24 11:00").used == 3 * HOUR
    assert only(history, night, "11-24 11:00").used == HOUR


@pytest.mark.parametrize(
    ("rule", "case", "fits"),
    [
        ({}, {}, True),
        ({"category": "refund"}, {}, False),
        ({"category": "dispute", "reason": "price"}, {}, True),
        ({"reason": "service"}, {}, False),
        ({"queue": "icc", "side": "inside"}, {}, False),
        ({"customers": frozenset({"C1"})}, {}, True),
        ({"customers": frozenset({"C2"})}, {}, False),
        ({"amount_over": Decimal(10000)}, {}, False),
        ({"amount_over": Decimal(10000)}, {"amount": Decimal("10000.00")}, False),
        ({"amount_over": Decimal(10000)}, {"amount": Decimal("10000.01")}, True),
    ],
)
def test_which_work_a_target_fits(rule: dict[str, object], case: dict[str, object], *, fits: bool) -> None:
    made = replace(Case("icc", "dispute", "price", "outside", "C1", None), **case)  # type: ignore[arg-type]
    assert Rule("x", c.OFFICE, {}, **rule).fits(made) is fits  # type: ignore[arg-type]


def test_too_short_a_rest_of_the_day_does_not_count_as_the_day() -> None:
    policy = replace(SAME_DAY, least=timedelta(minutes=30))
    late = make_history(opened_at=at("11-24 16:45"))
    assert only(late, policy, "11-24 16:50").due_at == at("11-25 17:00")


def test_a_warning_of_a_short_target_comes_at_half_of_it() -> None:
    step = Step("soon", ("assignee",), before=HOUR)
    assert step.at(4 * HOUR) == 3 * HOUR
    assert step.at(HOUR) == HOUR / 2
    assert Step("late", ("lead",)).at(HOUR) == HOUR


def test_the_record_is_read_back_to_how_the_item_began() -> None:
    history = make_history(
        entry("11-24 10:30", "assigned", before={"assignee": ""}, after={"assignee": "kim"}),
        waits("11-24 11:00"),
        opens("11-25 09:00"),
        resolves("11-25 11:00"),
        assignee="kim",
    )
    assert [(one.state, one.assignee) for one in history.standings] == [
        ("open", ""),
        ("open", "kim"),
        ("waiting", "kim"),
        ("open", "kim"),
        ("resolved", "kim"),
    ]
    assert history.standing(at("11-24 12:00")).state == "waiting"
    assert history.standing(at("11-20 12:00")).state == "open"


moments = st.integers(1, 14 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(
    st.lists(moments, max_size=6, unique=True),
    st.lists(moments, max_size=3),
    moments,
    st.sampled_from((c.OFFICE, c.LUNCH, c.NIGHT_BREAK, c.BOTH)),
    st.sampled_from(list(ClockKind)),
)
def test_whatever_happens_the_intervals_have_no_gap_and_add_up(
    turns: list[timedelta], sent: list[timedelta], age: timedelta, calendar: c.Calendar, kind: ClockKind
) -> None:
    """Against a count that walks through the minutes and asks at each how the item stood."""
    entries, state = [], "open"
    for turn in sorted(turns):
        after = {"open": "waiting", "waiting": "resolved", "resolved": "open"}[state]
        entries.append(RecordEntry(OPENED + turn, "kim", "moved", "CD-1001", {"state": state}, {"state": after}))
        state = after
    history = history_of(make_item(state=ItemState(state)), entries, [OPENED + one for one in sent])
    now = OPENED + age
    policy = SlaPolicy((Rule("rule", calendar, {kind: Goal(9 * HOUR)}),))
    for clock in clocks_of(as_of(history, now), policy, now):
        parts = explain(clock, now)
        assert sum((part.counted for part in parts), timedelta(0)) == clock.used
        assert [part.starts_at for part in parts[1:]] == [part.ends_at for part in parts[:-1]]
        open_parts = [one for one in clock.segments if not one.pause]
        slow = sum(
            (slow_count(calendar, one.starts_at, min(one.ends_at or now, now)) for one in open_parts), timedelta(0)
        )
        assert slow == clock.used
        assert all(history.standing(one.starts_at).state == "open" for one in open_parts)
        due = reached_at(clock, clock.budget)
        assert due == clock.due_at
        if clock.is_late:
            assert due is not None
            assert due < now


def test_all_times_are_told_in_utc_and_shown_to_the_second() -> None:
    clock = only(make_history(), FOUR_HOURS, "11-24 11:30")
    assert clock.due_at is not None
    assert clock.due_at.tzinfo is UTC
    assert exact(timedelta(hours=49, minutes=3, seconds=9)) == "49:03:09"
