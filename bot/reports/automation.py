"""How much of the work the desk took over: sorted without correction, and drafts that left as they were written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.desk.verdict import UNSORTED
from bot.reports.facts import DraftFacts, Facts, ItemFacts
from bot.reports.report import Entry, Figure, Measure, Row, Table, count


def automation_tables(facts: Facts) -> tuple[Table, Table]:
    opened = [
        one for one in facts.items if one.sorting is not None and facts.since < one.history.opened_at <= facts.as_of
    ]
    return _sorted_table(opened), drafts_table(facts.drafts)


def _sorted_table(opened: Sequence[ItemFacts]) -> Table:
    sure = [one for one in opened if one.history.standings[0].category != UNSORTED]
    untouched = tuple(Entry(one.number, not _is_corrected(one)) for one in sure)
    cells = (
        count(one.number for one in opened),
        count(one.number for one in sure),
        count(one.number for one in sure if _is_corrected(one)),
        Figure(Measure.SHARE, untouched),
    )
    columns = ("Opened by mail", "Sorted by the desk", "Corrected by staff", "Without correction")
    return Table("sorted", "Sorting", "", columns, (Row("All", cells),))


def _is_corrected(one: ItemFacts) -> bool:
    return any(standing.category != one.history.standings[0].category for standing in one.history.standings[1:])


def drafts_table(drafts: Sequence[DraftFacts]) -> Table:
    rows = [Row("All", draft_cells(drafts))]
    for kind in sorted({one.kind for one in drafts}):
        rows.append(Row(kind.capitalize(), draft_cells([one for one in drafts if one.kind == kind])))
    note = "From mail to approval by the clock on the wall, nights and weekends included."
    return Table("drafts", "Drafts that people decided about", "Kind", DRAFT_COLUMNS, tuple(rows), note)


DRAFT_COLUMNS = ("As written", "Edited", "Rejected", "Mail to approval, median", "90 % within")


def draft_cells(drafts: Iterable[DraftFacts]) -> tuple[Figure, ...]:
    decided = list(drafts)
    approved = [one for one in decided if one.decision == "approved"]
    waited = tuple(Entry(one.thing, one.decided_at - one.mail_at) for one in approved if one.mail_at is not None)
    return (
        count(one.thing for one in approved if not one.is_edited),
        count(one.thing for one in approved if one.is_edited),
        count(one.thing for one in decided if one.decision == "rejected"),
        Figure(Measure.MEDIAN, waited),
        Figure(Measure.P90, waited),
    )
