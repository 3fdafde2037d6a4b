"""One round: poll every mailbox once, work everything off, and account for every message."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

from bot.bootstrap import Desk
from bot.desk.watch import BalanceCheck
from bot.jobs.boundary import Broken, guarded
from bot.jobs.drafts_folders import fill_drafts_folders, follow_drafts_folders
from bot.jobs.reporting import mail_reports
from bot.jobs.work import empty_outbox, fill_search_all, look_after_sent, poll_mailbox, sweep_all, take_in_all
from bot.ports import Mailbox
from bot.steps.receiving import Received
from bot.steps.seal_record import seal_record
from bot.steps.take_in import TakenIn
from bot.store.queries import Balance

# A mailbox that gets new mail at every look still comes to an end.
BALANCES = 3


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
    """`waiting` counts the raw messages that could not be taken in this time; the next round tries them again."""

    mailboxes: tuple[MailboxRound, ...]
    taken_in: TakenIn
    sent: int
    waiting: int = 0

    @property
    def is_good(self) -> bool:
        return not self.waiting and all(one.is_good for one in self.mailboxes)


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far the round is."""

    fetched: Callable[[int], None] = lambda _: None
    taken_in: Callable[[int], None] = lambda _: None
    # Once, when the mail that was found is answered as far as the desk does it by itself: its drafts can be approved.
    drafted: Callable[[], None] = lambda: None


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
    told.drafted()
    sent = empty_outbox(desk)
    look_after_sent(desk)
    fill_drafts_folders(desk)
    follow_drafts_folders(desk)
    balanced = tuple(_with_balance(desk, each.result()) for each in rounds)
    for one in balanced:
        if one.balance is not None:
            guarded("keep_balance", partial(keep_balance, desk, one.balance), mailbox=one.slug)
    # What came while the balance was drawn up.
    taken_in += take_in_all(desk, told.taken_in)
    sweep_all(desk)
    mail_reports(desk)
    fill_search_all(desk)
    guarded("seal_record", partial(seal_record, store=desk.store))
    return Round(balanced, taken_in, sent, desk.queries.waiting_work()["raw"])


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
    received, balance = one.received, None
    for _ in range(BALANCES):
        outcome = guarded("balance", partial(balance_of, desk, one.slug, desk.open_mailbox(one.slug)), mailbox=one.slug)
        if isinstance(outcome, Broken):
            return MailboxRound(one.slug, received, None, outcome.reason)
        balance = outcome.result
        if balance.closes:
            break
        # What came between the poll and the count is not missing; it is younger than the poll.
        received += _mailbox_round(desk, one.slug, Progress()).received
    return MailboxRound(one.slug, received, balance, "")


def keep_balance(desk: Desk, found: Balance) -> None:
    """Where the watchdog reads it."""
    check = BalanceCheck(desk.clock.now(), found.on_server, found.missing)
    with desk.store.begin() as uow:
        uow.watch.save_balance(found.mailbox, check)
        uow.commit()


def balance_of(desk: Desk, slug: str, mailbox: Mailbox) -> Balance:
    """Ask the server for all it holds and compare. The connection is given back."""
    try:
        pointers = mailbox.pointers()
        with desk.store.look() as uow:
            state = uow.mailboxes.get(slug)
        history = mailbox.history(pointers, state.cursor) if state.cursor is not None else set[str]()
    finally:
        mailbox.close()
    return desk.queries.balance(slug, pointers, history)
