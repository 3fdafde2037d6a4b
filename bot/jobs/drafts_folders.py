"""The mailboxes whose approved mail people send themselves: filling their Drafts folders, and looking into them.

Apart from sending: no IMAP server may hold that up.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TypeVar

from bot.bootstrap import Desk
from bot.desk.outbox import CLAIM_HELD_FOR, EntryOutcome, Retry, Way
from bot.jobs.boundary import Broken, Done, guarded
from bot.steps.drafts_folder import DraftsPorts, follow_drafts, put_into_drafts, settle_lost_put


def fill_drafts_folders(desk: Desk) -> None:
    """Put what is due into Drafts, and settle what a dead process left half-way."""
    now = desk.clock.now()
    with desk.store.look() as uow:
        lost = [uow.outbox.get(entry_id) for entry_id in uow.outbox.lost_claims(Way.DRAFTS, now - CLAIM_HELD_FOR)]
        due = [uow.outbox.get(entry_id) for entry_id in uow.outbox.due(Way.DRAFTS, now, 100)]
    failed: set[str] = set()
    for step, entries in ((settle_lost_put, lost), (put_into_drafts, due)):
        for entry in entries:
            # A mailbox that failed once in this round fails for the rest of it, each time after a timeout.
            if entry.mailbox in desk.settings.mailboxes and entry.mailbox not in failed:
                outcome = _in_folder(desk, entry.mailbox, partial(step, entry.entry_id))
                failed.update([entry.mailbox] if isinstance(outcome, Broken) or _is_put_off(outcome) else [])


def follow_drafts_folders(desk: Desk) -> int:
    """See what people made of what lies there. How many replies were sent or deleted."""
    with desk.store.look() as uow:
        awaited = [slug for slug in uow.outbox.mailboxes_in_drafts() if slug in desk.settings.mailboxes]
    outcomes = [_in_folder(desk, slug, partial(follow_drafts, slug)) for slug in awaited]
    return sum(outcome.result for outcome in outcomes if isinstance(outcome, Done))


def _is_put_off(outcome: Done[EntryOutcome | None]) -> bool:
    return isinstance(outcome.result, Retry)


_Result = TypeVar("_Result")


def _in_folder(desk: Desk, slug: str, step: Callable[[DraftsPorts], _Result]) -> Done[_Result] | Broken:
    def work() -> _Result:
        with closing(desk.drafts_folder(slug)) as folder:
            return step(DraftsPorts(desk.store, folder, desk.parser, desk.clock))

    return guarded("drafts_folder", work, mailbox=slug)
