"""Figures are worked out from their lists, and written for people."""

from __future__ import annotations

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.reports.json_form import as_json
from bot.reports.plain_text import as_text
from bot.reports.report import Entry, Figure, Measure
from bot.reports.shown import percent, shown, span
from tests.unit.reports.making import make_report, make_row

HOURS = tuple(Entry(f"CD-{hours}", timedelta(hours=hours)) for hours in (5, 1, 3, 2, 4, 6, 7, 8, 9, 10))


@pytest.mark.parametrize(
    ("measure", "entries", "words"),
    [
        (Measure.COUNT, HOURS, "10"),
        (Measure.COUNT, (), "0"),
        (Measure.MEDIAN, HOURS, "5 h 00 min"),
        (Measure.P90, HOURS, "9 h 00 min"),
        (Measure.P90, HOURS[:1], "5 h 00 min"),
        (Measure.MEDIAN, (), "–"),
        (Measure.SHARE, (Entry("a", value=True), Entry("b", value=False), Entry("c", value=True)), "67 %"),
        (Measure.SHARE, (), "–"),
        (Measure.MEAN, (Entry("a", 0.5), Entry("b", 0.9)), "70 %"),
    ],
)
def test_a_figure_is_worked_out_from_its_list(measure: Measure, entries: tuple[Entry, ...], words: str) -> None:
    assert shown(Figure(measure, entries)) == words


def test_a_list_that_does_not_fit_its_measure_is_refused() -> None:
    with pytest.raises(TypeError, match="span"):
        _ = Figure(Measure.MEDIAN, (Entry("a", 0.5),)).value
    with pytest.raises(TypeError, match="number"):
        _ = Figure(Measure.MEAN, (Entry("a"),)).value


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "100 %"), (0.998, "99.8 %"), (0.0, "0 %"), (0.004, "0.4 %"), (0.125, "12 %")]
)
def test_what_is_nearly_all_is_not_called_all(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(59, "59 s"), (60, "1 min 00 s"), (3600, "1 h 00 min"), (180000, "50 h 00 min")]
)
def test_spans_are_written_as_people_say_them(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_a_name_from_outside_begins_no_line_of_the_text() -> None:
    text = as_text(make_report(make_row("Acme\nSubject: paid\x1b[31m", "CD-1")), ZoneInfo("UTC"))
    assert "Acme Subject: paid [31m" in text
    assert "\x1b" not in text


def test_what_is_cut_from_a_table_is_told() -> None:
    rows = [make_row(f"Row {number}", "CD-1") for number in range(5)]
    assert "and 3 more" in as_text(make_report(*rows), ZoneInfo("UTC"), most_rows=2)


def test_json_has_the_list_behind_each_figure() -> None:
    made = json.loads(json.dumps(as_json(make_report(make_row("Acme", "CD-1", "CD-2")))))
    cells = made["tables"][0]["rows"][0]["cells"]
    assert cells["Count"]["value"] == len(cells["Count"]["behind"]) == 2
    assert cells["Time"] == {
        "measure": "median",
        "value": 5400.0,
        "behind": [{"thing": "CD-1", "value": 5400.0}, {"thing": "CD-2", "value": 5400.0}],
    }
