"""Four weeks of the simulated quarter: the desk does exactly what a slow model says, and what it must never do."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quarter import differences, over_budget, wrongly_sent
from benchmarks.quarter.play import Player
from benchmarks.quarter.script import write
from benchmarks.quarter.slow import expect
from benchmarks.quarter.slow_clocks import LADDER, LEAD, MANAGER

WHO = (LEAD, MANAGER)
KINDS = {
    "past-due-friendly",
    "past-due-firm",
    "past-due-final",
    "large-dollar",
    "certificate-60",
    "certificate-30",
    "certificate-7",
    "waiting-first",
    "e-billing",
    "account-manager",
    "invoices-bounce",
}


def test_four_weeks_with_a_holiday_and_an_outage_go_as_the_slow_model_says(tmp_path: Path) -> None:
    script = write(120, 12, days=28)
    expected = expect(script)
    played = Player(tmp_path, script).play()
    # Every kind of reminder comes about in it, and every step of the ladder for each who is told.
    assert {rule for _, _, rule, _ in expected.written} >= KINDS
    assert {(who, step) for _, who, _, step, _ in expected.warned} == {(one, step) for one in WHO for step in LADDER}
    assert any(columns["Late"] for columns in expected.summaries.values())
    assert differences(played, expected) == {}
    assert wrongly_sent(script, played) == []
    assert over_budget(played) == []
