"""`[watch]` of bot.toml → how long things may take before staff are told, and whom to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.desk.watch import MailCap, WatchRules
from bot.mail.address import Address, is_in_domains
from bot.policies.table import Duration, Table, seconds


class WatchTable(Table):
    look_every: Duration = "60s"
    silent_after: Duration = "15m"
    balance_every: Duration = "24h"
    stands_still_after: Duration = "15m"
    drafts_after: Duration = "72h"
    canary_every: Duration = "1h"
    canary_after: Duration = "15m"
    # Staff inside the company's domains; empty: nobody is told by mail.
    mail_to: tuple[str, ...] = ()
    mail_every: Duration = "1h"


def watch_rules(table: WatchTable, polls: Mapping[str, timedelta], canaries: Mapping[str, str]) -> WatchRules:
    """`polls` says how often each mailbox is looked into, `canaries` where the canary of each is sent, "" for none."""
    silent = seconds(table.silent_after)
    return WatchRules(
        # A mailbox that is looked into seldom is silent for longer.
        silent_after={slug: max(silent, 3 * every) for slug, every in polls.items()},
        canaries=frozenset(slug for slug, address in canaries.items() if address),
        canary_every=seconds(table.canary_every),
        canary_after=seconds(table.canary_after),
        balance_every=seconds(table.balance_every),
        stands_still_after=seconds(table.stands_still_after),
        drafts_after=seconds(table.drafts_after),
    )


def mail_cap(table: WatchTable) -> MailCap:
    return MailCap(every=seconds(table.mail_every))


def staff_mistakes(table: WatchTable, domains: Sequence[str], own_addresses: frozenset[str]) -> Iterator[str]:
    """Alarms leave without anybody's approval, so they may go nowhere but to staff."""
    for address in table.mail_to:
        if not is_in_domains(Address("", address), domains) or address.count("@") != 1:
            yield f"{address} is not inside the company's domains, and alarms may go nowhere else"
        elif address.lower() in own_addresses:
            yield f"{address} is a mailbox of the desk itself, which would read its own alarms"
