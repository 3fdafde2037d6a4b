"""reports.toml → who manages whom, and which reports are mailed to whom and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.mail.address import Address, is_in_domains
from bot.policies.table import Table
from bot.reports.catalog import REPORTS
from bot.reports.mailing import Mailing
from bot.reports.readers import Managers

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _time(value: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError("write it as 07:30")
    return value


def _report(value: str) -> str:
    if value not in REPORTS:
        raise ValueError(f"there is no report {value!r}; there are {', '.join(REPORTS)}")
    return value


def _weekday(value: str) -> str:
    if value not in WEEKDAYS:
        raise ValueError(f"{value!r} is no weekday; use {', '.join(WEEKDAYS)}")
    return value


class ReportsDesk(Table):
    # Where managers reach the page, so that the mail can lead there.
    page: str = Field(default="", pattern=r"^(https?://[^\s\"<>]+)?$")


class MailingTable(Table):
    report: Annotated[str, AfterValidator(_report)]
    to: tuple[str, ...] = Field(min_length=1)
    at: Annotated[str, AfterValidator(_time)] = "07:30"
    days: tuple[Annotated[str, AfterValidator(_weekday)], ...] = Field(default=WEEKDAYS[:5], min_length=1)
    reader: str = ""


class ReportsFile(Table):
    desk: ReportsDesk = ReportsDesk()
    managers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    mailing: dict[str, MailingTable] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportPolicy:
    managers: Managers = field(default_factory=Managers)
    mailings: tuple[Mailing, ...] = ()
    page: str = ""


def report_policy(
    file: ReportsFile | None, manager: str, domains: Sequence[str], own: frozenset[str], mistakes: list[str]
) -> ReportPolicy:
    """`manager` is the desk's, whom everybody reports to that the file names under nobody else."""
    asked = file or ReportsFile()
    for slug, table in asked.mailing.items():
        where = f"reports.toml: mailing.{slug}"
        for address in table.to:
            if address.count("@") != 1 or not is_in_domains(Address("", address), domains):
                mistakes.append(f"{where}.to: {address} is not inside the company's domains")
            elif address.lower() in own:
                mistakes.append(f"{where}.to: {address} is a mailbox of the desk itself")
        if table.reader and len(table.to) > 1:
            mistakes.append(f"{where}.reader: figures by person go to one address alone, that of the reader")
    named = [person for team in asked.managers.values() for person in team]
    mistakes += [
        f"reports.toml: managers: {person} has two managers"
        for person in dict.fromkeys(named)
        if named.count(person) > 1
    ]
    teams = {manager_of: frozenset(team) for manager_of, team in asked.managers.items()}
    return ReportPolicy(
        Managers(teams, manager), tuple(_mailing(*one) for one in asked.mailing.items()), asked.desk.page
    )


def _mailing(slug: str, table: MailingTable) -> Mailing:
    hour, minute = map(int, table.at.split(":"))
    days = frozenset(WEEKDAYS.index(day) for day in table.days)
    return Mailing(slug, table.report, table.to, time(hour, minute), days, table.reader)
