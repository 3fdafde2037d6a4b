"""Which conversation a message belongs to. A wrong join shows one customer another's affairs, so every join needs two
things: something that points at the thread, and a sender who belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CLOSED_FOR_GOOD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ThreadCandidate:
    """A thread that something in the message points at. `participants` are address keys, `subject` is normalised."""

    thread_id: int
    account_number: str | None = None
    participants: frozenset[str] = frozenset()
    subject: str = ""
    invoices: frozenset[str] = frozenset()
    closed_at: datetime | None = None
    # When its messages came in, in no order.
    received_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadSignals:
    """What is known about the message.

    `by_token` are threads whose verified token is in its references, `by_reference` those that hold a message it refers
    to, newest first; `by_tag` maps each tag of the subject to its thread, None where there is no such work item.
    `by_invoice` and `by_sender` (an unanswered thread of the same sender) only ever suggest.
    """

    sender: str
    subject: str
    side: str
    now: datetime
    account_number: str | None = None
    invoices: frozenset[str] = frozenset()
    by_token: tuple[ThreadCandidate, ...] = ()
    by_reference: tuple[ThreadCandidate, ...] = ()
    by_tag: Mapping[str, ThreadCandidate | None] = field(default_factory=dict)
    by_invoice: tuple[ThreadCandidate, ...] = ()
    by_sender: tuple[ThreadCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """`flags` may hold new_participant; `tags` are work items of the thread that the subject names."""

    thread_id: int
    reason: str
    flags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewThread:
    """`link_to` is shown to people only: nothing of that thread may enter a draft."""

    reason: str
    link_to: int | None = None


def goes_round(thread: ThreadCandidate, now: datetime, most_a_day: int) -> bool:
    """Whether more messages came into the thread within a day than people write to each other."""
    return sum(now - at < timedelta(days=1) for at in thread.received_at) >= most_a_day


def match_thread(signals: ThreadSignals, closed_for_good: timedelta = CLOSED_FOR_GOOD) -> Join | NewThread:
    if len(signals.by_tag) > 1:
        return NewThread(f"The subject names {len(signals.by_tag)} work items: {', '.join(sorted(signals.by_tag))}.")
    pointed_at = (*signals.by_token, *signals.by_reference)
    tagged = _tagged(signals)
    if tagged is not None and pointed_at and tagged.thread_id not in {thread.thread_id for thread in pointed_at}:
        tag = next(iter(signals.by_tag))
        return NewThread(f"The subject claims {tag}, the references point at another thread.", pointed_at[0].thread_id)
    for thread in pointed_at:
        if _why_stranger(signals, thread) is None:
            return _join_or_link(signals, thread, closed_for_good)
    if pointed_at:
        return NewThread(str(_why_stranger(signals, pointed_at[0])), pointed_at[0].thread_id)
    if tagged is not None:
        return _by_tag(signals, tagged, closed_for_good)
    return _suggested(signals)


def _tagged(signals: ThreadSignals) -> ThreadCandidate | None:
    return next(iter(signals.by_tag.values()), None)


def _by_tag(signals: ThreadSignals, thread: ThreadCandidate, closed_for_good: timedelta) -> Join | NewThread:
    if _why_stranger(signals, thread) is not None:
        tag = next(iter(signals.by_tag))
        return NewThread(f"The message claims {tag}, but its sender does not belong to it.", thread.thread_id)
    return _join_or_link(signals, thread, closed_for_good)


def _why_stranger(signals: ThreadSignals, thread: ThreadCandidate) -> str | None:
    """Why the sender does not belong to the thread; None if they do. A domain proves nothing: it may be free mail."""
    if signals.side == "inside" or (signals.sender and signals.sender in thread.participants):
        return None
    if signals.account_number is None:
        return "The sender is not known on the thread it refers to."
    if signals.account_number == thread.account_number:
        return None
    return f"The sender belongs to account {signals.account_number}, the thread it refers to does not."


def _join_or_link(signals: ThreadSignals, thread: ThreadCandidate, closed_for_good: timedelta) -> Join | NewThread:
    if thread.closed_at is not None and signals.now - thread.closed_at > closed_for_good:
        return NewThread(f"The thread was closed more than {closed_for_good.days} days ago.", thread.thread_id)
    is_other_matter = bool(signals.invoices and thread.invoices) and signals.invoices.isdisjoint(thread.invoices)
    if is_other_matter and signals.subject != thread.subject:
        return NewThread("An old thread was answered with a new subject and other invoices.", thread.thread_id)
    flags = () if signals.sender in thread.participants else ("new_participant",)
    return Join(thread.thread_id, _why_join(signals, thread), flags, tuple(signals.by_tag))


def _why_join(signals: ThreadSignals, thread: ThreadCandidate) -> str:
    if thread in signals.by_token:
        pointer = "It carries our token"
    elif thread in signals.by_reference:
        pointer = "It refers to a message of the thread"
    else:
        pointer = f"Its subject names {next(iter(signals.by_tag))}"
    if signals.sender in thread.participants:
        return f"{pointer}, and its sender takes part."
    return f"{pointer}, and its sender is {'a colleague' if signals.side == 'inside' else 'of the same account'}."


def _suggested(signals: ThreadSignals) -> NewThread:
    """Subject and invoice numbers alone never join: two customers may both write "Invoice"."""
    if signals.by_sender:
        return NewThread("The same sender wrote before and has no answer yet.", signals.by_sender[0].thread_id)
    if signals.by_invoice:
        return NewThread("Another thread is about the same invoice.", signals.by_invoice[0].thread_id)
    unknown = ", ".join(tag for tag, thread in signals.by_tag.items() if thread is None)
    return NewThread(
        f"The subject names {unknown}, which does not exist." if unknown else "It refers to nothing we know."
    )
