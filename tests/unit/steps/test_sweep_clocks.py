"""The sweep: clocks of what is new or changed, warnings of what is due, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cli.clock_lines import clock_json, clock_lines
from bot.desk.clock import ClockState
from bot.desk.sla import ClockKind, SlaPolicy
from bot.desk.user import Role, User
from bot.desk.work_item import ItemState
from bot.errors import RuleViolationError
from bot.settings import load
from bot.steps import work_on_item
from bot.steps.decide_draft import approve_draft
from bot.steps.send import send
from bot.steps.sweep_clocks import Swept, sweep_clocks
from bot.store.clock_page import ShownNotice, item_clocks, notices_of
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import ACME, SHIPPED_CONFIG, StepDesk, mail

NEW_YORK = ZoneInfo("America/New_York")
SLA = replace(load(SHIPPED_CONFIG, {}, needs_secrets=False).sla, leads={"icc": "pat"}, manager="mo")
AUTO_REPLY = {"Auto_Submitted": "auto-replied", "X_Auto_Response_Suppress": "All"}


def sweep(desk: StepDesk, policy: SlaPolicy = SLA) -> Swept:
    """Until nothing is left."""
    total = Swept()
    while (one := sweep_clocks(store=desk.store, clock=desk.clock, policy=policy, zone=NEW_YORK)).items:
        total = Swept(total.items + one.items, total.notices + one.notices)
    return total


def clocks(desk: StepDesk, item_id: int = 1001) -> dict[str, tuple[str, datetime | None]]:
    found = item_clocks(desk.store.engine, item_id, SLA, desk.clock.now())
    return {one.clock.kind: (one.clock.state, one.clock.due_at) for one in found}


def notices(desk: StepDesk, person: str) -> list[ShownNotice]:
    return notices_of(desk.store.engine, User(person, Role.APPROVER))


# The desk's own day: Tuesday, November 24, 10:00 in New York; the night shift goes at 19:00 there.
END_OF_DAY = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


def test_a_new_item_is_due_after_the_first_sweep(desk: StepDesk) -> None:
    desk.arrives(mail())
    assert desk.items()[0].item.due_at is None
    assert sweep(desk) == Swept(1, 0)
    assert desk.items()[0].item.due_at == END_OF_DAY
    assert clocks(desk) == {
        "first_response": (ClockState.RUNNING, END_OF_DAY),
        "resolution": (ClockState.RUNNING, END_OF_DAY),
    }


def test_a_sweep_that_finds_nothing_new_touches_nothing(desk: StepDesk) -> None:
    desk.arrives(mail())
    sweep(desk)
    assert sweep(desk) == Swept()
    desk.clock.forward(hours=3)
    assert sweep(desk) == Swept()


def test_a_large_amount_is_due_first(desk: StepDesk) -> None:
    desk.know(("INV-1", ACME))
    desk.arrives(mail("dispute/price", "INV-1 is wrong."))
    sweep(desk)
    assert desk.items()[0].item.due_at == END_OF_DAY
    lower = tuple(replace(rule, amount_over=rule.amount_over and rule.amount_over - 9000) for rule in SLA.rules)
    # The ledger has 1,204.50 for it, and the policy was changed to over 1,000.
    assert sweep(desk, replace(SLA, rules=lower, version="other")).items == 1
    assert desk.items()[0].item.due_at == desk.clock.now() + timedelta(hours=2)


def test_an_answer_that_was_sent_stops_the_first_response(desk: StepDesk) -> None:
    desk.arrives(mail())
    sweep(desk)
    (draft,) = desk.drafts()
    entry = approve_draft(draft.draft_id, 1, "kim", store=desk.store, clock=desk.clock, letterhead=desk.letterhead)
    desk.clock.forward(minutes=5)
    assert sweep(desk) == Swept()
    send(entry, store=desk.store, sender=KeepingSender(), clock=desk.clock)
    assert sweep(desk).items == 1
    states = {kind: state for kind, (state, _) in clocks(desk).items()}
    assert states == {"first_response": "met", "resolution": "running", "next_update": "running"}


def test_waiting_for_the_customer_stops_the_time_and_their_answer_starts_it_again(desk: StepDesk) -> None:
    desk.arrives(mail(message_id="one@acme.example"))
    desk.clock.forward(hours=1)
    work_on_item.wait("CD-1001", "kim", store=desk.store, clock=desk.clock)
    sweep(desk)
    assert desk.items()[0].item.due_at is None
    desk.clock.forward(hours=2)
    desk.arrives(mail("Re: revision/po_number", "Here it is.", references=["one@acme.example"]))
    sweep(desk)
    # Two of the nine hours passed without counting; they are left over for the next day.
    assert desk.items()[0].item.due_at == datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def test_an_automatic_answer_neither_starts_nor_stops_anything(desk: StepDesk) -> None:
    desk.arrives(mail(message_id="one@acme.example"))
    work_on_item.wait("CD-1001", "kim", store=desk.store, clock=desk.clock)
    sweep(desk)
    before = clocks(desk)
    away = mail("Automatic reply: away", "I am away.", references=["one@acme.example"], **AUTO_REPLY)
    assert desk.arrives(away).automatic == 1
    assert sweep(desk) == Swept()
    assert (desk.items()[0].item.state, clocks(desk)) == (ItemState.WAITING, before)


def test_on_the_agreed_day_the_item_is_back_in_its_queue(desk: StepDesk) -> None:
    desk.arrives(mail())
    work_on_item.wait("CD-1001", "kim", store=desk.store, clock=desk.clock, until=date(2026, 12, 1))
    sweep(desk)
    item = desk.items()[0].item
    # Nine hours were left, from the morning of that day on.
    assert (item.waiting_until, item.due_at) == (date(2026, 12, 1), datetime(2026, 12, 1, 22, 0, tzinfo=UTC))
    desk.clock.moment = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)
    assert sweep(desk) == Swept()
    desk.clock.forward(minutes=1)
    sweep(desk)
    item = desk.items()[0].item
    assert (item.state, item.waiting_until) == (ItemState.OPEN, None)
    assert next((one.who, one.what) for one in desk.queries.record("CD-1001")) == ("creditdesk", "reopened")


def test_nobody_waits_until_a_day_that_is_past(desk: StepDesk) -> None:
    desk.arrives(mail())
    with pytest.raises(RuleViolationError, match="is not after today"):
        work_on_item.wait("CD-1001", "kim", store=desk.store, clock=desk.clock, until=date(2026, 11, 24))


def test_people_are_warned_before_the_breach_and_after_it_once_each(desk: StepDesk) -> None:
    desk.arrives(mail("dispute/price", "too much"), mail("refund/overpayment", "paid too much"))
    work_on_item.assign("CD-1001", "kim", "kim", store=desk.store, clock=desk.clock)
    sweep(desk)
    desk.clock.moment = END_OF_DAY - timedelta(hours=1)
    # One of them is kim's, the other nobody's: its lead is told.
    assert sweep(desk) == Swept(2, 2)
    assert sweep(desk) == Swept()
    (for_kim,) = notices(desk, "kim")
    assert [(one.subject, one.what, one.detail) for one in for_kim.lines] == [("CD-1001", "due soon", "first_response")]
    (for_pat,) = notices(desk, "pat")
    # Two clocks of the refund are due at the same time: one notice.
    assert {(one.subject, one.detail) for one in for_pat.lines} == {
        ("CD-1002", "first_response"),
        ("CD-1002", "resolution"),
    }
    assert notices(desk, "mo") == []
    desk.clock.moment = END_OF_DAY
    sweep(desk)
    assert [line.what for line in notices(desk, "kim")[0].lines] == ["late"]
    assert {line.subject for line in notices(desk, "pat")[0].lines} == {"CD-1001", "CD-1002"}


def test_after_a_long_outage_only_the_highest_step_is_told(desk: StepDesk) -> None:
    desk.arrives(mail("dispute/price", "too much"))
    sweep(desk)
    desk.clock.forward(days=10)
    sweep(desk)
    (for_manager,) = notices(desk, "mo")
    assert [line.what for line in for_manager.lines] == ["still late"]
    assert len(notices(desk, "pat")) == 1


def test_beyond_the_cap_they_join_the_last_notice_of_the_day(desk: StepDesk) -> None:
    policy = replace(SLA, most_notices=2)
    for number in range(4):
        desk.arrives(mail("dispute/price", f"too much {number}", sender=f"Ann <ann{number}@acme.example>"))
        sweep(desk, policy)
        desk.clock.forward(minutes=1)
    desk.clock.moment = END_OF_DAY - timedelta(hours=1)
    for minute in range(4):
        desk.clock.moment = END_OF_DAY - timedelta(minutes=60 - minute)
        sweep(desk, policy)
    found = notices(desk, "pat")
    assert len(found) <= 2
    assert sum(len(one.lines) for one in found) == 4


def test_a_category_that_is_corrected_gets_the_targets_of_the_right_one(desk: StepDesk) -> None:
    desk.arrives(mail("Something", "unclear"))
    sweep(desk)
    assert list(clocks(desk)) == [ClockKind.FIRST_RESPONSE]
    right = work_on_item.Correction("refund", "overpayment", "kim")
    work_on_item.resort(
        "CD-1001", right, store=desk.store, clock=desk.clock, renderer=desk.renderer, policy=desk.policy
    )
    sweep(desk)
    assert set(clocks(desk)) == {"first_response", "resolution"}


def test_a_resolved_item_is_due_no_more_and_warns_nobody(desk: StepDesk) -> None:
    desk.arrives(mail())
    sweep(desk)
    work_on_item.resolve("CD-1001", "no_action", "", "kim", store=desk.store, clock=desk.clock)
    sweep(desk)
    assert desk.items()[0].item.due_at is None
    desk.clock.forward(days=5)
    assert sweep(desk) == Swept()
    assert notices(desk, "mo") == []


def test_seen_notices_are_no_longer_new(desk: StepDesk) -> None:
    desk.arrives(mail("dispute/price", "too much"))
    sweep(desk)
    desk.clock.moment = END_OF_DAY
    sweep(desk)
    assert [one.is_new for one in notices(desk, "pat")] == [True]
    with desk.store.begin() as uow:
        uow.clocks.see_notices(User("pat", Role.APPROVER), desk.clock.now())
        uow.commit()
    assert [one.is_new for one in notices(desk, "pat")] == [False]


def test_the_explanation_in_the_terminal_adds_up(desk: StepDesk) -> None:
    desk.arrives(mail())
    desk.clock.forward(days=1)
    (first, _) = item_clocks(desk.store.engine, 1001, SLA, desk.clock.now())
    shown = clock_json(first)
    assert sum(one["counted_seconds"] for one in shown["intervals"]) == shown["used_seconds"]
    assert next(clock_lines(first)) == (
        "First response (Invoice revision, hours of desk): late by 2:00:00, due Tue 2026-11-24 19:00:00"
    )
    # What was known at a past moment is told again by going back there.
    (then, _) = item_clocks(desk.store.engine, 1001, SLA, desk.clock.now() - timedelta(hours=23))
    assert (then.clock.used, then.clock.is_late) == (timedelta(hours=1), False)
