"""When reports are mailed, and by whom figures by person are seen."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.reports.mailing import Mailing
from bot.reports.readers import Managers

NEW_YORK = ZoneInfo("America/New_York")
MORNING = Mailing("morning", "sla-daily", ("boss@northgate.example",), time(7, 30), frozenset(range(5)))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # Tuesday, 7:29 and 7:30 in New York, in winter and in summer.
        ("11-24 08:29", "11-23 12:30"),
        ("11-24 12:29", None),
        ("11-24 12:30", "11-24 12:30"),
        ("07-07 11:30", "07-07 11:30"),
        # Twenty hours later it is history.
        ("11-25 08:29", "11-24 12:30"),
        ("11-25 08:30", None),
        # Nothing on a Saturday, and Friday's is no more than a day old on it.
        ("11-28 07:00", "11-27 12:30"),
        ("11-28 13:00", None),
        ("11-30 12:29", None),
    ],
)
def test_the_newest_time_counts_and_old_ones_are_let_go(now: str, due: str | None) -> None:
    assert MORNING.due_at(utc(now), NEW_YORK) == (utc(due) if due else None)


def test_a_person_and_their_manager_see_their_figures_and_nobody_else() -> None:
    managers = Managers({"kim": frozenset({"ana", "lee"})}, otherwise="mo")
    people = frozenset({"ana", "lee", "bob", "kim"})
    assert managers.seen_by("kim", people) == {"ana", "lee", "kim"}
    assert managers.seen_by("ana", people) == {"ana"}
    assert managers.seen_by("mo", people) == {"bob", "kim"}
    assert managers.seen_by("admin", people) == frozenset()


def test_where_no_manager_is_named_nobody_sees_others() -> None:
    assert Managers().seen_by("", {"", "ana"}) == frozenset()
    assert Managers().seen_by("ana", {"ana", "bob"}) == {"ana"}
