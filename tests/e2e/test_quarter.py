"""Four weeks of the simulated quarter: the desk does exactly what a slow model says, and what it must never do."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quarter import differences, over_budget, wrongly_sent
from benchmarks.quarter.play import Player
from benchmarks.quarter.script import write
from benchmarks.quarter.slow import expect


def test_four_weeks_with_a_holiday_and_an_outage_go_as_the_slow_model_says(tmp_path: Path) -> None:
    script = write(120, 12, days=28)
    expected = expect(script)
    played = Player(tmp_path, script).play()
    assert len(expected.written) > 20
    assert any(columns["Late"] for columns in expected.summaries.values())
    assert differences(played, expected) == {}
    assert wrongly_sent(script, played) == []
    assert over_budget(played) == []
