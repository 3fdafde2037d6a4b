"""The SLA summary from the record: every figure is a list, and a past moment gives the same answer again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.reports.sla_summary import SlaSummary, sla_summary
from bot.steps import work_on_item
from bot.store.report_facts import sla_facts
from tests.desks.step_desk import StepDesk, mail
from tests.unit.steps.test_sweep_clocks import SLA


def summary(desk: StepDesk, as_of: datetime | None = None, people: frozenset[str] | None = None) -> SlaSummary:
    moment = as_of or desk.clock.now()
    since = moment - timedelta(days=1)
    return sla_summary(sla_facts(desk.store.engine, SLA, since, moment), since, moment, people)


def test_what_came_in_is_open_late_and_done_and_adds_up(desk: StepDesk) -> None:
    desk.arrives(mail(), mail("dispute/price", "too much"), mail("refund/overpayment", "paid twice"))
    work_on_item.assign("CD-1001", "kim", "kim", store=desk.store, clock=desk.clock)
    desk.clock.forward(hours=7, minutes=30)
    work_on_item.resolve("CD-1002", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    before = summary(desk)
    assert before.total.came_in == ("CD-1001", "CD-1002", "CD-1003")
    assert (before.total.done, before.total.open) == (("CD-1002",), ("CD-1001", "CD-1003"))
    assert (before.total.late, before.total.soon) == ((), ("CD-1001", "CD-1003"))
    for lines in before.by.values():
        assert all(set(line.late) <= set(line.open) for line in lines)
    by_queue = [number for line in before.by["queue"] for number in line.came_in]
    assert sorted(by_queue) == sorted(before.total.came_in)
    assert before.spreads["first_response"].median == timedelta(hours=7, minutes=30)
    then = desk.clock.now()
    desk.clock.forward(hours=3)
    assert summary(desk).total.late == ("CD-1001", "CD-1003")
    work_on_item.resolve("CD-1001", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    # The same moment, asked later, after more has happened.
    assert summary(desk, then) == before


def test_figures_of_a_person_are_seen_by_that_person_and_by_managers(desk: StepDesk) -> None:
    desk.add_person("lee")
    desk.arrives(mail(), mail("dispute/price", "too much"))
    work_on_item.assign("CD-1001", "kim", "kim", store=desk.store, clock=desk.clock)
    work_on_item.assign("CD-1002", "lee", "kim", store=desk.store, clock=desk.clock)
    assert [line.name for line in summary(desk).by["person"]] == ["kim", "lee"]
    assert [line.name for line in summary(desk, people=frozenset({"lee"})).by["person"]] == ["lee"]


def test_the_oldest_come_first(desk: StepDesk) -> None:
    for number in range(12):
        desk.arrives(mail("dispute/price", f"number {number}", sender=f"Ann <ann{number}@acme.example>"))
        desk.clock.forward(minutes=1)
    assert [number for number, _ in summary(desk).oldest] == [f"CD-{1001 + one}" for one in range(10)]
