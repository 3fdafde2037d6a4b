"""The reports that there are: one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.reports.facts import Facts
from bot.reports.people import people_of
from bot.reports.readers import Managers, Reader, facts_for
from bot.reports.report import Report
from bot.reports.sla_summary import HISTORY, sla_summary
from bot.reports.sorting_quality import sorting_quality
from bot.reports.things import things_of

Build = Callable[[str, str, Facts, frozenset[str], tzinfo], Report]


@dataclass(frozen=True, slots=True)
class Definition:
    """`span` is the time that a report is about, `history` how far back it looks to compare."""

    title: str
    span: timedelta
    history: timedelta
    build: Build

    def spans(self, as_of: datetime) -> tuple[datetime, datetime]:
        """From when it tells what happened, and from when it looks back."""
        return as_of - self.span, as_of - self.history


_DAY = timedelta(days=1)
REPORTS: Mapping[str, Definition] = {
    "sla-daily": Definition("SLA summary of the day", _DAY, HISTORY, sla_summary),
    "sla-weekly": Definition("SLA summary of the week", 7 * _DAY, HISTORY, sla_summary),
    "sorting-weekly": Definition("Sorting quality of the week", 7 * _DAY, 35 * _DAY, sorting_quality),
}


def make_report(name: str, facts: Facts, reader: Reader, managers: Managers, zone: tzinfo) -> Report:
    """The report as this reader may see it."""
    definition, own = REPORTS[name], facts_for(facts, reader)
    visible = managers.seen_by(reader.name, people_of(own))
    made = definition.build(name, definition.title, own, visible, zone)
    return replace(made, things=things_of(own, zone))
