"""reminders.toml → the rules of reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pydantic import Field

from bot.desk.calendar import Calendar
from bot.desk.reminder import Budget, ReminderKind, ReminderRule
from bot.mail.address import Address, is_in_domains
from bot.policies.table import MAIL_ADDRESS, Table
from bot.ports import StatementForm


class ReminderDesk(Table):
    mailbox: str = ""
    calendar: str
    touches: int = Field(default=3, ge=1)
    in_days: int = Field(default=10, ge=1)
    quiet_days: tuple[date, ...] = ()
    approval_hours: int = Field(default=4, ge=1)
    owner_hours: int = Field(default=4, ge=1)
    statement: tuple[StatementForm, ...] = ("pdf",)
    invoice_copies: str = ""
    inside_to: str = ""


class ReminderTable(Table):
    kind: ReminderKind
    template: str
    days: int = Field(default=0, ge=0)
    over: Decimal = Field(default=Decimal(0), ge=0)
    currency: str = ""
    hold_after: int = Field(default=0, ge=0)
    most_a_day: int = Field(default=0, ge=0)


class RemindersFile(Table):
    # Without it the desk writes no reminders.
    desk: ReminderDesk | None = None
    account_managers: dict[str, str] = Field(default_factory=dict)
    reminder: dict[str, ReminderTable] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """`calendar` tells which days are business days. After `approval_hours` of its business time a draft that
    waits, after `owner_hours` an item that nobody has, is told in the page.

    `statement` are the forms in which statements go out, `invoice_copies` the folder of what the ERP printed, "" where
    there is none. `inside_to` hears what nobody else is known for; `account_managers` has addresses by name.
    """

    rules: tuple[ReminderRule, ...]
    budget: Budget
    mailbox: str
    calendar: Calendar
    approval_hours: int
    owner_hours: int
    statement: tuple[StatementForm, ...] = ("pdf",)
    invoice_copies: str = ""
    inside_to: str = ""
    account_managers: Mapping[str, str] = field(default_factory=dict)

    def manager_of(self, name: str) -> str:
        """The address of an account manager whom the ledger names, or gives as an address; "" where nobody knows."""
        return self.account_managers.get(name.strip().lower(), name.strip() if "@" in name else "") or self.inside_to


def reminder_policy(
    file: RemindersFile | None,
    calendars: Mapping[str, Calendar],
    mailboxes: Mapping[str, object],
    domains: Sequence[str],
    mistakes: list[str],
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
    named = {"desk.inside_to": desk.inside_to, **{f"account_managers.{k}": v for k, v in file.account_managers.items()}}
    outside = [key for key, address in named.items() if address and not _is_inside(address, domains)]
    mistakes += [f"reminders.toml: {key}: {named[key]} is not inside the company's domains" for key in outside]
    if outside:
        return None
    return ReminderPolicy(
        rules=tuple(ReminderRule(slug, **dict(one)) for slug, one in file.reminder.items()),
        budget=Budget(desk.touches, desk.in_days, frozenset(desk.quiet_days)),
        mailbox=desk.mailbox or next(iter(mailboxes), ""),
        calendar=calendars[desk.calendar],
        approval_hours=desk.approval_hours,
        owner_hours=desk.owner_hours,
        statement=desk.statement,
        invoice_copies=desk.invoice_copies,
        inside_to=desk.inside_to,
        account_managers={name.strip().lower(): address for name, address in file.account_managers.items()},
    )


def _is_inside(address: str, domains: Sequence[str]) -> bool:
    return MAIL_ADDRESS.fullmatch(address) is not None and is_in_domains(Address("", address), domains)
