"""Mailbox → raw messages. The cursor moves only in the transaction that stores the bytes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.errors import BotError, ConflictError
from bot.mail.cursor import Batch, BatchLimits, Cursor, Start
from bot.ports import Clock, Mailbox
from bot.repositories import Store
from bot.steps.mailbox_trouble import trouble_of
from bot.steps.receiving import Received, receive
from bot.stored import MailboxState

SETTLED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Polled:
    received: Received
    has_more: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """How a mailbox is polled. `since` gives the set point at the first poll of all; `settles`: see Mailbox.settle."""

    since: Callable[[datetime], datetime | None]
    limits: BatchLimits
    settles: bool = True


def poll(slug: str, policy: Policy, *, store: Store, mailbox: Mailbox, clock: Clock) -> Polled:
    """Fetch and store one batch. Run again it finds only what is new."""
    state = _state(slug, policy, store, clock)
    try:
        batch = mailbox.fetch(state.cursor, Start(state.since), policy.limits)
        received = _store(slug, state.cursor, batch, policy, store, clock)
        if policy.settles:
            _settle(slug, mailbox, store)
    except ConflictError:
        # Another process polled it at the same time, and stored what there was.
        raise
    except BotError as error:
        # A store that takes no mail may not take the notice either; the first error is the one to tell.
        with suppress(BotError):
            note_failure(slug, error, store=store, clock=clock)
        raise
    return Polled(received, batch.has_more)


def _settle(slug: str, mailbox: Mailbox, store: Store) -> None:
    """Move or mark what is stored. Only now is the mail ours: before the commit the server may not tell.

    What an earlier poll could not move is tried again.
    """
    with store.look() as uow:
        pointers = uow.deliveries.unsettled(slug, SETTLED_AT_ONCE)
    if not pointers:
        return
    mailbox.settle(pointers)
    with store.begin() as uow:
        uow.deliveries.mark_settled(slug, pointers)
        uow.commit()


def note_failure(slug: str, error: BotError, *, store: Store, clock: Clock) -> None:
    """Keep the error where people see it, until a poll succeeds."""
    with store.begin() as uow:
        uow.mailboxes.failed(slug, str(error), trouble_of(error), clock.now())
        uow.commit()


def _state(slug: str, policy: Policy, store: Store, clock: Clock) -> MailboxState:
    with store.look() as uow:
        state = uow.mailboxes.get(slug)
    if state.first_poll_at is not None:
        return state
    # The set point is kept before the first fetch: a crash in between must not move it.
    now = clock.now()
    with store.begin() as uow:
        state = uow.mailboxes.get(slug)
        if state.first_poll_at is None:
            uow.mailboxes.begin(slug, policy.since(now), now)
            uow.commit()
            state = uow.mailboxes.get(slug)
    return state


def _store(slug: str, before: Cursor | None, batch: Batch, policy: Policy, store: Store, clock: Clock) -> Received:
    now = clock.now()
    with store.begin() as uow:
        received = receive(uow, slug, batch.fetched, now, settles=policy.settles)
        uow.mailboxes.save_cursor(slug, before, batch.cursor, now)
        uow.mailboxes.succeeded(slug, now)
        uow.commit()
    return received
