"""The balance as a job: compare each mailbox with the server's list, and keep what came out for the watchdog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.bootstrap import Desk
from bot.jobs.boundary import Broken, guarded
from bot.jobs.once import BALANCES, balance_of, keep_balance
from bot.ports import Mailbox


def draw_up_balance(desk: Desk, slug: str, mailbox: Mailbox, poll: Callable[[str], object]) -> None:
    """Where it does not close, look into the mailbox first: what came in meanwhile is not missing, only younger."""
    for left in reversed(range(BALANCES)):
        outcome = guarded("balance", partial(balance_of, desk, slug, mailbox), mailbox=slug)
        if isinstance(outcome, Broken):
            return
        if outcome.result.closes or not left:
            keep_balance(desk, outcome.result)
            return
        poll(slug)
