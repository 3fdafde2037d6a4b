"""The SLA summary from the record: every figure is a list, and a past moment gives the same answer again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.draft import DraftText
from bot.desk.work_item import ItemState
from bot.reports.catalog import REPORTS, make_report
from bot.reports.readers import Managers, Reader
from bot.reports.report import Figure, Report, figures
from bot.reports.shown import shown
from bot.steps import work_on_item
from bot.steps.decide_draft import approve_draft, reject_draft
from bot.steps.take_back import take_back_decision
from bot.store.report_facts import Asked, report_facts
from tests.desks.step_desk import StepDesk, mail
from tests.unit.steps.test_sweep_clocks import SLA

NEW_YORK = ZoneInfo("America/New_York")


def report(
    desk: StepDesk,
    name: str = "sla-daily",
    as_of: datetime | None = None,
    reader: str = "mo",
    queues: frozenset[str] | None = None,
    managers: Managers = Managers(otherwise="mo"),  # noqa: B008 (frozen)
) -> Report:
    moment = as_of or desk.clock.now()
    facts = report_facts(desk.store.engine, SLA, Asked(*REPORTS[name].spans(moment), moment), ("icc",), {})
    return make_report(name, facts, Reader(reader, queues), managers, NEW_YORK)


def things(made: Report, table: str, row: str, column: str) -> list[str]:
    found = made.table(table)
    cells = next(one for one in found.rows if one.name == row).cells
    cell = cells[found.columns.index(column)]
    assert isinstance(cell, Figure)
    return [one.thing for one in cell.entries]


def words(made: Report, table: str, row: str) -> list[str]:
    return [shown(cell) for cell in next(one for one in made.table(table).rows if one.name == row).cells]


def test_what_came_in_is_open_late_and_done_and_adds_up(desk: StepDesk) -> None:
    desk.arrives(mail(), mail("dispute/price", "too much"), mail("refund/overpayment", "paid twice"))
    work_on_item.assign("CD-1001", "kim", "kim", store=desk.store, clock=desk.clock)
    desk.clock.forward(hours=7, minutes=30)
    work_on_item.resolve("CD-1002", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    before = report(desk)
    assert things(before, "total", "All", "In") == ["CD-1001", "CD-1002", "CD-1003"]
    assert things(before, "total", "All", "Done") == ["CD-1002"]
    assert things(before, "total", "All", "Open") == ["CD-1001", "CD-1003"]
    assert things(before, "total", "All", "Late") == []
    assert things(before, "total", "All", "Due soon") == ["CD-1001", "CD-1003"]
    assert words(before, "response", "First response")[:3] == ["1", "7 h 30 min", "7 h 30 min"]
    then = desk.clock.now()
    desk.clock.forward(hours=3)
    assert things(report(desk), "total", "All", "Late") == ["CD-1001", "CD-1003"]
    work_on_item.resolve("CD-1001", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    # The same moment, asked later, after more has happened.
    assert report(desk, as_of=then) == before


def test_the_rows_of_each_division_add_up_to_the_whole(desk: StepDesk) -> None:
    desk.arrives(mail(), mail("dispute/price", "too much"), mail("hello", "what is this"))
    work_on_item.resolve("CD-1002", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    desk.clock.forward(hours=12)
    made = report(desk)
    for column in ("In", "Done", "Open", "Late", "Due soon"):
        whole = sorted(things(made, "total", "All", column))
        for slug in ("queue", "category", "customer"):
            rows = [one.name for one in made.table(slug).rows]
            assert sorted(thing for row in rows for thing in things(made, slug, row, column)) == whole


def test_everything_behind_a_figure_can_be_named(desk: StepDesk) -> None:
    desk.arrives(mail(), mail("dispute/price", "too much"), b"no mail at all")
    made = report(desk)
    behind = {entry.thing for table in made.tables for _, _, figure in figures(table) for entry in figure.entries}
    assert behind
    assert behind <= set(made.things)


def test_figures_of_a_person_are_seen_by_that_person_and_their_manager_only(desk: StepDesk) -> None:
    desk.add_person("lee")
    desk.arrives(mail(), mail("dispute/price", "too much"))
    work_on_item.assign("CD-1001", "kim", "kim", store=desk.store, clock=desk.clock)
    work_on_item.assign("CD-1002", "lee", "kim", store=desk.store, clock=desk.clock)
    managers = Managers({"pat": frozenset({"kim"})}, "mo")

    def seen(reader: str) -> list[str]:
        made = report(desk, reader=reader, managers=managers)
        return [row.name for table in made.tables if table.slug.startswith("person") for row in table.rows]

    assert (seen("kim"), seen("pat"), seen("mo")) == (["kim"], ["kim"], ["lee"])
    assert (seen(""), seen("somebody")) == ([], [])


def test_drafts_count_as_people_decided_about_them(desk: StepDesk) -> None:
    desk.arrives(mail(), mail("dispute/price", "too much"), mail("refund/overpayment", "paid twice"))
    one, other, third = desk.drafts()
    desk.clock.forward(minutes=40)
    by = {"store": desk.store, "clock": desk.clock}
    for draft in (one, other):
        whole = DraftText(draft.text.to, draft.text.cc, draft.text.subject, "All is well.")
        text = whole if draft is other else DraftText(draft.text.to, (), draft.text.subject, "We looked into it.")
        approve_draft(draft.draft_id, draft.version, "kim", letterhead=desk.letterhead, text=text, **by)
    reject_draft(third.draft_id, third.version, "not needed", "kim", **by)
    made = report(desk)
    assert words(made, "drafts", "All") == ["0", "2", "1", "40 min 00 s", "40 min 00 s"]
    assert words(made, "person-drafts", "kim") == words(made, "drafts", "All")
    then = desk.clock.now()
    desk.clock.forward(seconds=30)
    take_back_decision(third.draft_id, "kim", **by)
    assert words(report(desk), "drafts", "All")[2] == "0"
    assert report(desk, as_of=then) == made


def test_the_backlog_of_thirteen_weeks_counts_what_was_open_then(desk: StepDesk) -> None:
    for week in range(3):
        desk.arrives(mail("dispute/price", f"number {week}", sender=f"Ann <ann{week}@acme.example>"))
        desk.clock.forward(weeks=1)
    work_on_item.resolve("CD-1001", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    desk.clock.forward(days=1)
    rows = report(desk).table("backlog").rows
    assert len(rows) == 13
    assert [[shown(cell) for cell in row.cells] for row in rows[-4:]] == [
        ["1", "0", "1"],
        ["1", "0", "2"],
        ["1", "0", "3"],
        ["0", "1", "2"],
    ]


def test_a_reminder_is_no_work_before_the_customer_answers(desk: StepDesk) -> None:
    desk.arrives(mail())
    with desk.store.begin() as uow:
        item = uow.items.get(1001)
        thread = uow.threads.add("Reminder: Acme", "C1", desk.clock.now())
        reminder = replace(item, item_id=0, thread_id=thread, category="other", state=ItemState.WAITING)
        uow.items.add(reminder)
        uow.commit()
    assert things(report(desk), "total", "All", "In") == ["CD-1001"]


def test_the_oldest_come_first(desk: StepDesk) -> None:
    for number in range(12):
        desk.arrives(mail("dispute/price", f"number {number}", sender=f"Ann <ann{number}@acme.example>"))
        desk.clock.forward(minutes=1)
    assert [row.name for row in report(desk).table("oldest").rows] == [f"CD-{1001 + one}" for one in range(10)]


def test_mailboxes_and_quarantine_tell_what_happened_to_each_delivery(desk: StepDesk) -> None:
    raw = mail()
    desk.arrives(raw, b"\x00")
    desk.arrives(raw, mailbox="invoicing")
    made = report(desk)
    assert words(made, "mailboxes", "icc")[0] == "2"
    assert words(made, "mailboxes", "invoicing")[:2] == ["0", "1"]
    later = report(desk, as_of=desk.clock.now() - timedelta(days=1))
    assert all(shown(cell) == "0" for row in later.table("mailboxes").rows for cell in row.cells)


def test_a_reader_of_one_queue_sees_the_work_of_that_queue_alone(desk: StepDesk) -> None:
    desk.arrives(mail("revision/po_number"), mail("dispute/price", "too much"), b"\x00")
    one, _ = desk.drafts()
    reject_draft(one.draft_id, one.version, "not needed", "kim", store=desk.store, clock=desk.clock)
    made = report(desk, queues=frozenset({"invoicing"}))
    assert things(made, "total", "All", "In") == ["CD-1001"]
    assert [row.name for row in made.table("queue").rows] == ["invoicing"]
    assert made.table("mailboxes").rows == made.table("quarantine").rows == ()
    assert set(made.things) == {"CD-1001", f"draft:{one.draft_id}"}
    assert words(report(desk, queues=frozenset({"icc"})), "drafts", "All")[2] == "0"
