"""reminders.toml → the rules of reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Field

from bot.desk.calendar import Calendar
from bot.desk.reminder import Budget, ReminderKind, ReminderRule
from bot.policies.table import Table


class ReminderDesk(Table):
    mailbox: str = ""
    calendar: str
    touches: int = Field(default=3, ge=1)
    in_days: int = Field(default=10, ge=1)
    quiet_days: tuple[date, ...] = ()
    approval_hours: int = Field(default=4, ge=1)
    owner_hours: int = Field(default=4, ge=1)


class ReminderTable(Table):
    kind: ReminderKind
    template: str
    days: int = Field(default=0, ge=0)
    over: Decimal = Field(default=Decimal(0), ge=0)
    currency: str = ""


class RemindersFile(Table):
    # Without it the desk writes no reminders.
    desk: ReminderDesk | None = None
    reminder: dict[str, ReminderTable] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """`calendar` tells which days are business days. After `approval_hours` of its business time a draft that
    waits, after `owner_hours` an item that nobody has, is told in the page."""

    rules: tuple[ReminderRule, ...]
    budget: Budget
    mailbox: str
    calendar: Calendar
    approval_hours: int
    owner_hours: int


def reminder_policy(
    file: RemindersFile | None, calendars: Mapping[str, Calendar], mailboxes: Mapping[str, object], mistakes: list[str]
) -> ReminderPolicy | None:
    """The policy; None where the file has no [desk], or where it is wrong, with the mistakes told."""
    desk = file.desk if file is not None else None
    if file is None or desk is None or not calendars:
        return None
    if desk.calendar not in calendars:
        mistakes.append(f"reminders.toml: desk.calendar: calendars.toml has no {desk.calendar!r}")
        return None
    if desk.mailbox and desk.mailbox not in mailboxes:
        mistakes.append(f"reminders.toml: desk.mailbox: mailboxes.toml has no {desk.mailbox!r}")
        return None
    return ReminderPolicy(
        rules=tuple(
            ReminderRule(slug, one.kind, one.template, one.days, one.over, one.currency)
            for slug, one in file.reminder.items()
        ),
        budget=Budget(desk.touches, desk.in_days, frozenset(desk.quiet_days)),
        mailbox=desk.mailbox or next(iter(mailboxes), ""),
        calendar=calendars[desk.calendar],
        approval_hours=desk.approval_hours,
        owner_hours=desk.owner_hours,
    )
