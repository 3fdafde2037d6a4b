"""One round: poll every mailbox once, work everything off, and account for every message."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from bot.bootstrap import Desk
from bot.jobs.boundary import Broken, guarded
from bot.jobs.work import empty_outbox, look_after_sent, poll_mailbox, take_in_all
from bot.steps.receiving import Received
from bot.steps.take_in import TakenIn
from bot.store.queries import Balance


@dataclass(frozen=True, slots=True)
class MailboxRound:
    """How the round went for one mailbox: its balance, or the error that stopped it."""

    slug: str
    received: Received
    balance: Balance | None
    error: str

    @property
    def is_good(self) -> bool:
        return not self.error and self.balance is not None and self.balance.closes


@dataclass(frozen=True, slots=True)
class Round:
    mailboxes: tuple[MailboxRound, ...]
    taken_in: TakenIn
    sent: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far the round is."""

    fetched: Callable[[int], None] = lambda _: None
    taken_in: Callable[[int], None] = lambda _: None


def run_once(desk: Desk, progress: Progress | None = None) -> Round:
    """Mailboxes are polled side by side, so that one which hangs holds up no other."""
    told = progress or Progress()
    taken_in = TakenIn()
    slugs = list(desk.settings.mailboxes)
    with ThreadPoolExecutor(max_workers=max(1, len(slugs)), thread_name_prefix="poll") as pool:
        rounds = [pool.submit(_mailbox_round, desk, slug, told) for slug in slugs]
        left: set[Future[MailboxRound]] = set(rounds)
        while left:
            _, left = wait(left, timeout=0.1)
            taken_in += take_in_all(desk, told.taken_in)
    taken_in += take_in_all(desk, told.taken_in)
    sent = empty_outbox(desk)
    look_after_sent(desk)
    return Round(tuple(_with_balance(desk, each.result()) for each in rounds), taken_in, sent)


def _mailbox_round(desk: Desk, slug: str, told: Progress) -> MailboxRound:
    mailbox = desk.open_mailbox(slug)
    try:
        outcome = poll_mailbox(desk, slug, mailbox, lambda received: told.fetched(received.total))
    finally:
        mailbox.close()
    if isinstance(outcome, Broken):
        return MailboxRound(slug, Received(), None, outcome.reason)
    return MailboxRound(slug, outcome, None, "")


def _with_balance(desk: Desk, one: MailboxRound) -> MailboxRound:
    if one.error:
        return one
    outcome = guarded("balance", lambda: balance_of(desk, one.slug), mailbox=one.slug)
    if isinstance(outcome, Broken):
        return MailboxRound(one.slug, one.received, None, outcome.reason)
    return MailboxRound(one.slug, one.received, outcome.result, "")


def balance_of(desk: Desk, slug: str) -> Balance:
    """Ask the server for all it holds and compare."""
    mailbox = desk.open_mailbox(slug)
    try:
        pointers = mailbox.pointers()
        with desk.store.look() as uow:
            state = uow.mailboxes.get(slug)
        history = mailbox.history(pointers, state.cursor) if state.cursor is not None else set[str]()
    finally:
        mailbox.close()
    return desk.queries.balance(slug, pointers, history)
