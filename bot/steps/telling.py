"""What people are told in the page beside the reminders to customers. Nothing of it is mail. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.desk.calendar import business_time
from bot.desk.reminder import Account, for_management
from bot.desk.sla import SlaPolicy
from bot.desk.work_item import number_of
from bot.policies.reminders import ReminderPolicy
from bot.repositories import UnitOfWork
from bot.steps.drafting import DeskPolicy
from bot.stored import NewNotice, NoticeLine

# Longer lists are worked down in the queue, not in a notice.
_LONGEST = 50


@dataclass(frozen=True, slots=True)
class Reminding:
    """By whose rules: of reminders, of the desk, and of who leads which queue."""

    policy: ReminderPolicy
    desk: DeskPolicy
    sla: SlaPolicy


def tell(uow: UnitOfWork, accounts: Iterable[Account], by: Reminding, now: datetime, today: date) -> None:
    """Large invoices for the manager, promises for their owners, drafts that wait, and work that nobody has."""
    large = [
        NoticeLine("large-dollar", "will not be paid this month", said)
        for account in accounts
        for said in for_management(by.policy.rules, account, today)
    ]
    _add(uow, by.sla.manager, large, now)
    for hold in uow.reminders.open_holds():
        if hold.until is not None and hold.until <= today:
            what = "is due today" if hold.until == today else f"was due on {hold.until} and is still open"
            _add(uow, hold.owner, [NoticeLine(hold.invoice_number, f"{hold.reason} {what}"[:60])], now)
    approval, owner = timedelta(hours=by.policy.approval_hours), timedelta(hours=by.policy.owner_hours)
    # No business time is longer than the time on the wall, so the store leaves out the younger ones.
    waiting = [
        NoticeLine(f"draft {one.draft_id}", "waits for approval", one.subject)
        for one in uow.reminders.drafts_waiting_since(now - approval, _LONGEST)
        if business_time(by.policy.calendar, one.since, now) >= approval
    ]
    _add(uow, "", waiting, now)
    unowned: dict[str, list[NoticeLine]] = {}
    old = [
        item_id
        for item_id, opened_at in uow.reminders.unowned_since(now - owner, _LONGEST)
        if business_time(by.policy.calendar, opened_at, now) >= owner
    ]
    for item_id in old:
        item = uow.items.get(item_id)
        lead = by.sla.leads.get(item.queue, "") or by.sla.manager
        unowned.setdefault(lead, []).append(NoticeLine(number_of(item_id), "has no owner", "", item.due_at))
    for lead, lines in unowned.items():
        _add(uow, lead, lines, now)


def _add(uow: UnitOfWork, person: str, lines: list[NoticeLine], now: datetime) -> None:
    if lines:
        uow.clocks.add_notice(NewNotice(person, tuple(lines[:_LONGEST])), now, None)
