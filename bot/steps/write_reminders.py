"""Ledger and waiting work → reminders as drafts, and notices. One run a day; a missed one is caught up.

Each customer is a transaction of its own: statements take time to draw, and nobody who writes is held up meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.business_day import business_days_before
from bot.desk.calendar import Calendar, business_time, end_of_day
from bot.desk.history import History
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.reminder import (
    INSIDE,
    Account,
    ReminderKind,
    Waiting,
    end_of_month,
    may_tell,
    may_write,
    wanted,
    wanted_inside,
)
from bot.desk.work_item import ItemState
from bot.errors import PermanentError, TransientError
from bot.ledger.lookup import number_key
from bot.ports import Clock, InvoiceCopies, Renderer, Statements
from bot.repositories import Store, UnitOfWork
from bot.steps.reminder_draft import Order, enclose, write_draft
from bot.steps.telling import Reminding, tell
from bot.stored import WrittenReminder

_MARK = "reminders"


@dataclass(frozen=True, slots=True)
class ReminderPorts:
    store: Store
    renderer: Renderer
    clock: Clock
    statements: Statements
    copies: InvoiceCopies


def write_reminders(ports: ReminderPorts, by: Reminding) -> int:
    """Write what is due, unless it was done today; how many drafts. Again on the same day it changes nothing.

    Raises TransientError where something could not be read; the others are written, and the next run takes it up.
    """
    now = ports.clock.now()
    today = now.astimezone(ZoneInfo(by.desk.time_zone)).date()
    with ports.store.look() as uow:
        if uow.clocks.mark(_MARK) == str(today) or not _is_worked(by.policy.calendar, now):
            return 0
        accounts = _accounts(uow, by, now, today)
    written, unread = _write_all(ports, accounts, by, now)
    if unread is not None:
        raise unread
    with ports.store.begin() as uow:
        if uow.clocks.mark(_MARK) == str(today):
            return written
        tell(uow, accounts, by, now, today)
        uow.clocks.set_mark(_MARK, str(today), now)
        uow.commit()
    return written


def _write_all(
    ports: ReminderPorts, accounts: Sequence[Account], by: Reminding, now: datetime
) -> tuple[int, TransientError | None]:
    """How many drafts were written, and what kept one back. One customer who cannot be written to stops no other."""
    today = now.astimezone(ZoneInfo(by.desk.time_zone)).date()
    first_day = business_days_before(today, by.policy.budget.in_days, _days_off(by.policy.calendar, today))
    count: Counter[str] = Counter()
    unread: TransientError | None = None
    for account in accounts:
        for order in _orders(account, by, today, first_day):
            most = order.chosen[0].rule.most_a_day
            if most and count[order.chosen[0].rule.slug] >= most:
                continue
            try:
                count[order.chosen[0].rule.slug] += _carry_out(ports, order, by, now)
            except TransientError as error:
                unread = error
    return count.total(), unread


def _orders(account: Account, by: Reminding, today: date, first_day: date) -> Iterator[Order]:
    """What is to be written about one customer today: to them, and to our own people."""
    due = wanted(by.policy.rules, account, today)
    if due and may_write(account, by.policy.budget, today, first_day):
        # All that the ledger says goes into one mail; what waits in a conversation is answered there, one at a time.
        ledger = tuple(one for one in due if one.item_id is None)
        yield Order(account, ledger or tuple(due[:1]), today)
    inside = wanted_inside(by.policy.rules, account, today)
    if inside and may_tell(account, by.policy.budget, today):
        yield Order(account, tuple(one for one in inside if one.rule.kind is inside[0].rule.kind), today)


def _carry_out(ports: ReminderPorts, order: Order, by: Reminding, now: datetime) -> int:
    """Write one draft, unless somebody wrote it meanwhile. How many that were."""
    number = order.account.customer.number
    try:
        enclosed = enclose(order, ports.statements, ports.copies, by)
        with ports.store.begin() as uow:
            told = {(one.rule, one.key) for one in uow.reminders.written([number])}
            if any((one.rule.slug, one.key) in told for one in order.chosen):
                return 0
            draft_id = write_draft(uow, order, enclosed, ports.renderer, by, now)
            if draft_id is None:
                return 0
            rows = [WrittenReminder(one.rule.slug, one.key, number, order.today, draft_id) for one in order.chosen]
            uow.reminders.add(rows)
            uow.commit()
    except PermanentError as error:
        with ports.store.begin() as uow:
            after = {"reason": str(error), "customer": number}
            uow.record.add(RecordEntry(now, THE_DESK, "not_reminded", f"customer:{number}", {}, after))
            uow.commit()
        return 0
    return 1


def _is_worked(calendar: Calendar, now: datetime) -> bool:
    """Whether people work now: a reminder is for a person to read, and for the customer's working day."""
    return business_time(calendar, now, now + timedelta(minutes=1)) > timedelta(0)


def _days_off(calendar: Calendar, today: date) -> frozenset[date]:
    team = calendar.teams[0]
    return frozenset(day for year in (today.year - 1, today.year) for day in team.days_off(year))


def _accounts(uow: UnitOfWork, by: Reminding, now: datetime, today: date) -> list[Account]:
    zone = ZoneInfo(by.desk.time_zone)
    farthest = _longest(by, ReminderKind.CERTIFICATE)
    invoices = uow.reminders.open_invoices(end_of_month(today))
    certificates = uow.reminders.certificates(today, today + timedelta(days=farthest))
    waiting = _waiting(uow, by.policy.calendar, now)
    returned = uow.reminders.returned(now - timedelta(days=_longest(by, ReminderKind.INVOICES_BOUNCE) + 1), zone)
    paper = uow.reminders.on_paper() if any(one.kind is ReminderKind.E_BILLING for one in by.policy.rules) else []
    numbers = sorted({*invoices, *certificates, *waiting, *returned, *paper})
    holds = uow.reminders.holds(numbers, today)
    written: dict[str, list[WrittenReminder]] = {}
    for one in uow.reminders.written(numbers):
        written.setdefault(one.customer_number, []).append(one)
    inside = {rule.slug for rule in by.policy.rules if rule.kind in INSIDE}
    found = []
    for number in numbers:
        customer = uow.ledger.customer(number)
        if customer is None:
            continue
        own, past = invoices.get(number, []), written.get(number, [])
        found.append(
            Account(
                customer=customer,
                invoices=tuple(own),
                certificates=tuple(certificates.get(number, [])),
                waiting=tuple(waiting.get(number, [])),
                holds={one.number: holds[key] for one in own if (key := number_key(one.number)) in holds},
                told={(one.rule, one.key): one.written_on for one in past},
                touches=tuple({one.draft_id: one.written_on for one in past if one.rule not in inside}.values()),
                has_draft=any(one.waits for one in past if one.rule not in inside),
                returned=tuple(returned.get(number, [])),
                has_inside_draft=any(one.waits for one in past if one.rule in inside),
            )
        )
    return found


def _longest(by: Reminding, kind: ReminderKind) -> int:
    return max((rule.days for rule in by.policy.rules if rule.kind is kind), default=0)


def _waiting(uow: UnitOfWork, calendar: Calendar, now: datetime) -> Mapping[str, list[Waiting]]:
    found: dict[str, list[Waiting]] = {}
    ids = uow.reminders.waiting_items()
    for item, history in uow.clocks.histories(ids, with_amounts=False):
        # What the desk itself opened for a reminder has reminders of its own.
        if history.standings[0].state is ItemState.OPEN and item.customer_number:
            days = _business_days(calendar, history, now)
            found.setdefault(item.customer_number, []).append(Waiting(item.item_id, item.customer_number, days))
    return found


def _business_days(calendar: Calendar, history: History, now: datetime) -> int:
    """How many working days have ended since it waits."""
    at, days = history.standings[-1].since, 0
    while (at := end_of_day(calendar, at)) <= now:
        days += 1
    return days
