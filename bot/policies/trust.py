"""[trust] of bot.toml: whom the company believes, and how much mail is too much."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from bot.desk.seen import Trust
from bot.policies.table import Table


class TrustTable(Table):
    receiving_hosts: tuple[str, ...] = ()
    sender_per_hour: int = Field(default=100, ge=1)
    thread_per_day: int = Field(default=30, ge=2)
    second_person_above: Decimal = Field(default=Decimal(10000), ge=0)

    def policy(self) -> Trust:
        hosts = frozenset(host.strip().lower() for host in self.receiving_hosts)
        return Trust(hosts, self.sender_per_hour, self.thread_per_day)
