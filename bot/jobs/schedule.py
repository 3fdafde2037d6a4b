"""When things happen: one row a job. What each does is in `work`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.bootstrap import Desk
from bot.jobs.drafts_folders import fill_drafts_folders, follow_drafts_folders
from bot.jobs.reporting import mail_reports
from bot.jobs.work import empty_outbox, fill_search_all, look_after_sent, remind, sweep_all, take_in_all
from bot.policies.table import seconds
from bot.steps.canary import send_canary
from bot.steps.forget_examples import forget_old_examples
from bot.steps.seal_record import seal_record

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A job that runs every so often. Runs of one job never overlap; missed ones are caught up once."""

    name: str
    every: timedelta
    job: Callable[[], object]


def rows(desk: Desk, poll: Callable[[str], object], balance: Callable[[str], object]) -> Sequence[Row]:
    """The whole schedule. `poll` looks into one mailbox; notices of new mail come on top of it."""
    engine = desk.settings.engine
    polls = [
        Row(f"poll:{slug}", seconds(table.poll_every), lambda slug=slug: poll(slug))  # type: ignore[misc]
        for slug, table in desk.settings.mailboxes.items()
    ]
    watch = desk.settings.watch
    balances = [
        Row(f"balance:{slug}", seconds(watch.balance_every), partial(balance, slug)) for slug in desk.settings.mailboxes
    ]
    canaries = [
        Row(f"canary:{slug}", seconds(watch.canary_every), partial(_send_canary, desk, slug, table.canary))
        for slug, table in desk.settings.mailboxes.items()
        if table.canary
    ]
    return [
        *polls,
        *balances,
        *canaries,
        Row("seal_record", seconds(engine.sweep_every), lambda: seal_record(store=desk.store)),
        Row("forget_examples", HOUR, partial(_forget_examples, desk)),
        Row("take_in", seconds(engine.sweep_every), lambda: take_in_all(desk)),
        Row("reminders", seconds(engine.sweep_every), lambda: remind(desk)),
        Row("reports", seconds(engine.sweep_every), lambda: mail_reports(desk)),
        Row("clocks", seconds(engine.send_every), lambda: sweep_all(desk)),
        Row("search", seconds(engine.send_every), lambda: fill_search_all(desk)),
        Row("outbox", seconds(engine.send_every), lambda: empty_outbox(desk)),
        Row("sent_copies", seconds(engine.send_every), lambda: look_after_sent(desk)),
        Row("into_drafts", seconds(engine.send_every), lambda: fill_drafts_folders(desk)),
        Row("from_drafts", seconds(engine.sweep_every), lambda: follow_drafts_folders(desk)),
    ]


def _forget_examples(desk: Desk) -> int:
    return forget_old_examples(desk.settings.learning.keeps_for, store=desk.store, clock=desk.clock)


def _send_canary(desk: Desk, slug: str, address: str) -> None:
    send_canary(slug, address, store=desk.store, sender=desk.sender, clock=desk.clock, operator=desk.operator)
