"""What the jobs do, from mailbox to Sent. Each finds its work in the store, so a lost job costs minutes, no message."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from threading import Lock
from zoneinfo import ZoneInfo

from bot.bootstrap import Desk, StatementsWhenNeeded
from bot.desk.outbox import CLAIM_HELD_FOR, Sent, Way
from bot.jobs.boundary import Broken, Done, guarded
from bot.log import logger
from bot.ports import Mailbox
from bot.steps.fill_search import fill_search
from bot.steps.poll import poll
from bot.steps.quarantine_message import after_broken
from bot.steps.receiving import Received
from bot.steps.send import file_copy, send, settle_lost_claim
from bot.steps.sweep_clocks import Swept, sweep_clocks
from bot.steps.take_in import TakeInPorts, TakenIn, take_in
from bot.steps.telling import Reminding
from bot.steps.write_reminders import ReminderPorts, write_reminders
from bot.stored import StoredRaw

BATCH = 100
BATCH_BYTES = 8_000_000

# Two threads taking in the same rows would only get in each other's way.
_taking_in = Lock()


def poll_mailbox(
    desk: Desk, slug: str, mailbox: Mailbox, told: Callable[[Received], None] = lambda _: None
) -> Received | Broken:
    """Fetch until nothing more is there."""
    total = Received()
    one_batch = partial(poll, slug, desk.poll_policy(slug), store=desk.store, mailbox=mailbox, clock=desk.clock)
    while True:
        outcome = guarded("poll", one_batch, mailbox=slug)
        if isinstance(outcome, Broken):
            return outcome
        total += outcome.result.received
        told(outcome.result.received)
        if not outcome.result.has_more:
            return total


def take_in_all(desk: Desk, told: Callable[[int], None] = lambda _: None) -> TakenIn:
    """Take in every raw message that waits, unless the store or the disk refuse: then the next run goes on."""
    total = TakenIn()
    ports = TakeInPorts(desk.store, desk.parser, desk.sorter, desk.renderer, desk.clock)
    with _taking_in:
        while raws := _waiting(desk):
            outcome = guarded("take_in", partial(take_in, raws, ports, desk.policy))
            if isinstance(outcome, Broken):
                # Something in this batch breaks the desk: alone, each shows whether it is the one.
                outcome = outcome if outcome.may_pass else _one_by_one(desk, raws, ports)
            if isinstance(outcome, Broken):
                break
            total += outcome.result
            told(len(raws))
    return total


def _waiting(desk: Desk) -> list[StoredRaw]:
    with desk.store.look() as uow:
        return list(uow.raw.waiting(BATCH, BATCH_BYTES))


def _one_by_one(desk: Desk, raws: list[StoredRaw], ports: TakeInPorts) -> Done[TakenIn] | Broken:
    total = TakenIn()
    for raw in raws:
        outcome = guarded("take_in", partial(take_in, [raw], ports, desk.policy), raw_id=raw.raw_id)
        if isinstance(outcome, Done):
            total += outcome.result
        elif outcome.may_pass:
            return outcome
        elif after_broken(raw, outcome.reason, store=desk.store, clock=desk.clock):
            total += TakenIn(quarantined=1)
    return Done(total)


def empty_outbox(desk: Desk) -> int:
    """Send what is due. How many were sent."""
    now = desk.clock.now()
    with desk.store.look() as uow:
        due = uow.outbox.due(Way.SEND, now, 100)
    sent = 0
    for entry_id in due:
        outcome = guarded("send", partial(send, entry_id, store=desk.store, sender=desk.sender, clock=desk.clock))
        if isinstance(outcome, Done) and outcome.result is not None:
            sent += isinstance(outcome.result, Sent)
            logger().info("outbox", entry=entry_id, outcome=type(outcome.result).__name__.lower())
    return sent


def look_after_sent(desk: Desk) -> None:
    """Settle what a dead sender left, and file copies. Apart from sending, which no IMAP server may hold up."""
    with desk.store.look() as uow:
        lost = uow.outbox.lost_claims(Way.SEND, desk.clock.now() - CLAIM_HELD_FOR)
        unfiled = [uow.outbox.get(entry_id) for entry_id in uow.outbox.unfiled(100)]
    for entry_id in lost:
        guarded("settle", partial(_settle_lost, desk, entry_id), entry=entry_id)
    failed: set[str] = set()
    for entry in unfiled:
        # A mailbox that failed once in this round fails for the rest of it, each time after a timeout.
        if entry.mailbox in desk.settings.mailboxes and entry.mailbox not in failed:
            outcome = guarded("file_copy", partial(_file, desk, entry.entry_id, entry.mailbox), entry=entry.entry_id)
            failed.update([entry.mailbox] if isinstance(outcome, Broken) else [])


def sweep_all(desk: Desk) -> Swept:
    """Make the clocks of what changed, and tell people of those that are due, batch by batch."""
    total = Swept()
    zone = ZoneInfo(desk.settings.company.time_zone)
    one_batch = partial(sweep_clocks, store=desk.store, clock=desk.clock, policy=desk.settings.sla, zone=zone)
    while True:
        outcome = guarded("clocks", one_batch)
        if isinstance(outcome, Broken) or not outcome.result.items:
            return total
        total = Swept(total.items + outcome.result.items, total.notices + outcome.result.notices)


def fill_search_all(desk: Desk) -> int:
    """Let what is new be found, batch by batch. How many things that were."""
    total = 0
    while True:
        outcome = guarded("search", partial(fill_search, store=desk.store, clock=desk.clock))
        if isinstance(outcome, Broken) or not outcome.result:
            return total
        total += outcome.result


def remind(desk: Desk) -> int:
    """Write the reminders of the day, unless they were written. How many."""
    policy = desk.settings.reminders
    if policy is None:
        return 0
    by = Reminding(policy, desk.policy, desk.settings.sla)
    ports = ReminderPorts(desk.store, desk.renderer, desk.clock, StatementsWhenNeeded(), desk.invoice_copies())
    outcome = guarded("reminders", partial(write_reminders, ports, by))
    return outcome.result if isinstance(outcome, Done) else 0


def _file(desk: Desk, entry_id: int, slug: str) -> bool:
    with closing(desk.sent_folder(slug)) as folder:
        return file_copy(entry_id, store=desk.store, sent_folder=folder, clock=desk.clock)


def _settle_lost(desk: Desk, entry_id: int) -> None:
    with desk.store.look() as uow:
        entry = uow.outbox.get(entry_id)
    if entry.mailbox not in desk.settings.mailboxes:
        settle_lost_claim(entry_id, store=desk.store, sent_folder=None, clock=desk.clock)
        return
    with closing(desk.sent_folder(entry.mailbox)) as folder:
        settle_lost_claim(entry_id, store=desk.store, sent_folder=folder, clock=desk.clock)
