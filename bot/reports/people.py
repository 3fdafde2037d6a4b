"""Figures by person, for those whom the reader may see and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.automation import DRAFT_COLUMNS, draft_cells
from bot.reports.facts import Facts
from bot.reports.report import Row, Table
from bot.reports.work import COLUMNS, Work, work_cells

_NOTE = "Each person sees their own figures, and their manager theirs; nobody else does."


def people_of(facts: Facts) -> frozenset[str]:
    """Everybody who has figures."""
    assigned = {one.history.standing(facts.as_of).assignee for one in facts.items}
    return frozenset(assigned | {one.decided_by for one in facts.drafts}) - {""}


def people_tables(facts: Facts, work: Sequence[Work], visible: frozenset[str]) -> tuple[Table, ...]:
    """By the present assignee of the work, and by who decided about drafts. `visible` are the people that show."""
    working, deciding = [], []
    for person in sorted(visible):
        own = [one for one in work if one.standing.assignee == person]
        decided = [one for one in facts.drafts if one.decided_by == person]
        if any(one.columns for one in own):
            working.append(Row(person, work_cells(own)))
        if decided:
            deciding.append(Row(person, draft_cells(decided)))
    tables = (
        Table("person", "Work by person", "Person", COLUMNS, tuple(working), _NOTE),
        Table("person-drafts", "Drafts by person", "Person", DRAFT_COLUMNS, tuple(deciding), _NOTE),
    )
    return tuple(one for one in tables if one.rows)
