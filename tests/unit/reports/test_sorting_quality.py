"""Sorting quality from what staff made of it, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.reports.facts import ItemFacts
from bot.reports.report import Report
from bot.reports.shown import shown
from bot.reports.sorting_quality import sorting_quality
from tests.unit.reports.making import make_facts, make_judged

BEFORE = timedelta(days=20)


def quality(*items: ItemFacts) -> Report:
    return sorting_quality("sorting-weekly", "Sorting", make_facts(*items), frozenset(), ZoneInfo("UTC"))


def row(made: Report, table: str, name: str) -> list[str]:
    return [shown(cell) for cell in next(one for one in made.table(table).rows if one.name == name).cells]


def test_precision_and_recall_are_of_what_staff_judged() -> None:
    made = quality(
        make_judged(1, "refund", "refund"),
        make_judged(2, "refund", "refund"),
        make_judged(3, "refund", "dispute"),
        make_judged(4, "dispute", "refund"),
        make_judged(5, "unsorted", "refund", best="refund"),
        make_judged(6, "refund", ""),
    )
    assert row(made, "by-category", "refund") == ["3", "67 %", "4", "50 %"]
    assert row(made, "by-category", "dispute") == ["1", "0 %", "1", "0 %"]
    assert row(made, "coverage", "All") == ["6", "5", "83 %", "4", "50 %"]
    assert row(made, "corrections", "refund → dispute") == ["1"]
    assert len(made.table("corrections").rows) == 2


def test_calibration_holds_what_was_said_against_what_came_of_it() -> None:
    made = quality(
        *(make_judged(number, "refund", "refund", 0.84) for number in range(3)),
        make_judged(9, "refund", "dispute", 0.88),
        make_judged(10, "unsorted", "refund", 0.55, best="refund"),
    )
    assert row(made, "calibration", "80 to 90 %") == ["4", "85 %", "75 %"]
    assert row(made, "calibration", "50 to 60 %") == ["1", "55 %", "100 %"]


def test_drift_is_named_where_chance_does_not_explain_it() -> None:
    old = [make_judged(number, "refund", "refund", age=BEFORE) for number in range(100)]
    same = quality(*old, *(make_judged(200 + number, "refund", "refund") for number in range(50)))
    worse = quality(
        *old, *(make_judged(200 + number, "refund", "dispute" if number % 2 else "refund") for number in range(50))
    )
    assert row(same, "drift", "Right") == ["100 %", "100 %", "as before"]
    assert row(worse, "drift", "Right") == ["50 %", "100 %", "lower"]


def test_one_wrong_answer_is_no_drift() -> None:
    old = [make_judged(number, "refund", "refund", age=BEFORE) for number in range(4)]
    made = quality(*old, make_judged(9, "refund", "dispute"), make_judged(10, "refund", "refund"))
    assert row(made, "drift", "Right")[2] == "as before"


def test_a_week_without_mail_has_dashes_and_no_mistakes() -> None:
    made = quality()
    assert row(made, "coverage", "All") == ["0", "0", "–", "0", "–"]
    assert made.charts == ()
