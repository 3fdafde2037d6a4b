"""The SLA summary: how the desk kept its promises over a day or a week."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from functools import partial

from bot.reports.automation import automation_tables
from bot.reports.backlog import CHART as BACKLOG_CHART
from bot.reports.backlog import WEEKS, backlog_table
from bot.reports.facts import Facts
from bot.reports.mailbox_health import mailbox_table, quarantine_table
from bot.reports.people import people_tables
from bot.reports.report import Chart, ChartKind, Report, Row, Table
from bot.reports.shown import moment, shown
from bot.reports.work import COLUMNS, Work, oldest_table, response_table, work_cells, work_of, work_table

HISTORY = timedelta(weeks=WEEKS)
_CHARTS = (BACKLOG_CHART, Chart("queue", ChartKind.BARS, "Open and late work by queue", ("Open", "Late", "Due soon")))


def sla_summary(name: str, title: str, facts: Facts, visible: frozenset[str], zone: tzinfo) -> Report:
    """`visible` are the people whose own figures the reader may see."""
    work = work_of(facts)
    total = Table("total", "All work", "", COLUMNS, (Row("All", work_cells(work)),))
    tables = [
        total,
        response_table(facts, work),
        work_table(
            "queue", "By queue", "Queue", work, lambda one: facts.titles.get(one.standing.queue, one.standing.queue)
        ),
        work_table("category", "By category", "Category", work, partial(_category, facts)),
        backlog_table([one.facts for one in work], facts.as_of, zone),
        oldest_table(work, facts.titles, lambda at: moment(at, zone)),
        work_table("customer", "By customer", "Customer", work, _customer),
        *automation_tables(facts),
        mailbox_table(facts),
        quarantine_table(facts),
    ]
    tables[7:7] = people_tables(facts, work, visible)
    charts = tuple(one for one in _CHARTS if any(table.slug == one.table and table.rows for table in tables))
    return Report(name, title, facts.since, facts.as_of, tuple(tables), charts, headlines=_headlines(total, tables[1]))


def _category(facts: Facts, one: Work) -> str:
    return facts.titles.get(one.standing.category, one.standing.category)


def _queue(facts: Facts, one: Work) -> str:
    return facts.titles.get(one.standing.queue, one.standing.queue)


def _customer(one: Work) -> str:
    return one.facts.customer_name or one.facts.history.customer_number or "unknown"


def _headlines(total: Table, response: Table) -> tuple[str, ...]:
    came_in, done, undone, late, soon = (shown(cell) for cell in total.rows[0].cells)
    first = f"{late} late, {soon} due within two hours, of {undone} open. {came_in} came in, {done} were done."
    answered = response.rows[0].cells
    if shown(answered[0]) == "0":
        return (first,)
    kept = f"First answers took {shown(answered[1])} at the median; {shown(answered[4])} were in time."
    return first, kept
