"""Raw messages → message, thread, verdict, work items, draft. Run again on the same raw message it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.reply_values import Inquiry
from bot.desk.triage import Disposition, Triage, triage
from bot.desk.verdict import Verdict
from bot.desk.work_item import number_of
from bot.mail.identity import fingerprint
from bot.mail.message import InboundMessage
from bot.mail.origin import is_own, side_of
from bot.mail.subjects import normalised_subject
from bot.mail.thread import Join, NewThread
from bot.ports import Clock, ParseFailure, Parser, Question, Renderer, Sorter
from bot.repositories import Store, UnitOfWork
from bot.steps.drafting import DeskPolicy, Occasion, answer
from bot.steps.joining import Conversation, Standing, find_thread, standing
from bot.steps.opening import Ground, Opened, open_items
from bot.stored import NewMessage, NewQuarantine, StoredRaw


@dataclass(frozen=True, slots=True)
class TakeInPorts:
    store: Store
    parser: Parser
    sorter: Sorter
    renderer: Renderer
    clock: Clock


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many messages became what."""

    messages: int = 0
    items: int = 0
    drafts: int = 0
    automatic: int = 0
    quarantined: int = 0

    def __add__(self, other: TakenIn) -> TakenIn:
        return TakenIn(
            self.messages + other.messages,
            self.items + other.items,
            self.drafts + other.drafts,
            self.automatic + other.automatic,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """One raw message, parsed and sorted."""

    raw: StoredRaw
    message: InboundMessage
    side: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where a message belongs and what is to be done about it."""

    who: Standing
    conversation: Conversation
    decided: Triage

    @property
    def found(self) -> Join | NewThread:
        return self.conversation.found

    @property
    def flags(self) -> tuple[str, ...]:
        return (*self.who.flags, *(self.found.flags if isinstance(self.found, Join) else ()))


@dataclass(frozen=True, slots=True)
class _Writing:
    """What writing a draft takes."""

    policy: DeskPolicy
    renderer: Renderer
    now: datetime


def take_in(raws: Sequence[StoredRaw], ports: TakeInPorts, policy: DeskPolicy) -> TakenIn:
    """Work these off in one transaction: all of them, or on an error none."""
    parsed = _parsed(raws, ports.parser)
    good = [
        (raw, one, side_of(one, policy.own_domains))
        for raw, one in zip(raws, parsed, strict=True)
        if isinstance(one, InboundMessage)
    ]
    verdicts = ports.sorter.sort_many([Question(message, side, raw.mailbox) for raw, message, side in good])
    read = [_Read(*one, verdict) for one, verdict in zip(good, verdicts, strict=True)]
    total = TakenIn()
    now = ports.clock.now()
    with ports.store.begin() as uow:
        # Another process may have taken them in while these were parsed.
        left = uow.raw.still_waiting([raw.raw_id for raw in raws])
        for raw, one in zip(raws, parsed, strict=True):
            if isinstance(one, ParseFailure) and raw.raw_id in left:
                total += _hold(uow, raw, one.reason, now)
        known = uow.messages.known_raws(left)
        done: list[int] = []
        for each in (one for one in read if one.raw.raw_id in left):
            taken = _take_in_one(uow, each, policy, ports.renderer, now) if each.raw.raw_id not in known else TakenIn()
            total += taken
            if not taken.quarantined:
                done.append(each.raw.raw_id)
        uow.raw.set_state(done, "done")
        uow.commit()
    return total


def _parsed(raws: Sequence[StoredRaw], parser: Parser) -> list[InboundMessage | ParseFailure]:
    """What parsing made of each; one whose bytes cannot be read any more costs only itself."""
    found = iter(parser.parse_many([raw.content for raw in raws if not raw.problem]))
    return [ParseFailure(raw.problem) if raw.problem else next(found) for raw in raws]


def _take_in_one(uow: UnitOfWork, read: _Read, policy: DeskPolicy, renderer: Renderer, now: datetime) -> TakenIn:
    message, sender = read.message, read.message.sender
    is_from_us = sender is not None and is_own(sender, policy.own_addresses)
    # Everybody we wrote to knows our Message-ID, and anybody can write our address: only our very words are our copy.
    ours = uow.outbox.raw_under(message.message_id_header) if is_from_us else None
    is_copy = ours is not None and fingerprint(ours) == fingerprint(read.raw.content)
    if is_copy:
        # Our own answer that came back as a copy: it is in its thread already.
        return TakenIn()
    if sender is not None and is_from_us and message.automatic is None:
        return _hold(
            uow, read.raw, f"it says to be from our own address {sender.email}, but the desk never sent it", now
        )
    placed = _place(uow, read, policy, now)
    thread_id = _thread(uow, read, placed, now)
    message_id = uow.messages.add(_new_message(read, placed, thread_id))
    if placed.decided.disposition is not Disposition.OPEN:
        return TakenIn(messages=1, automatic=int(message.automatic is not None))
    opened = open_items(uow, placed.decided.topics, _ground(uow, read, placed, thread_id, message_id), now)
    drafted = _draft(uow, read, placed, opened, _Writing(policy, renderer, now), (thread_id, message_id))
    return TakenIn(messages=1, items=opened.new, drafts=drafted)


def _place(uow: UnitOfWork, read: _Read, policy: DeskPolicy, now: datetime) -> _Placed:
    who = standing(uow, read.message, read.side, read.verdict)
    conversation = find_thread(uow, read.message, read.side, read.verdict, who, policy.secret, now)
    joins = isinstance(conversation.found, Join)
    return _Placed(who, conversation, triage(read.message, read.verdict, policy.catalog, joins_thread=joins))


def _thread(uow: UnitOfWork, read: _Read, placed: _Placed, now: datetime) -> int:
    customer = placed.who.customer.number if placed.who.customer is not None else None
    if isinstance(placed.found, NewThread):
        return uow.threads.add(normalised_subject(read.message.subject), customer, now, placed.found.link_to)
    return placed.found.thread_id


def _new_message(read: _Read, placed: _Placed, thread_id: int) -> NewMessage:
    return NewMessage(
        thread_id=thread_id,
        raw_id=read.raw.raw_id,
        mailbox=read.raw.mailbox,
        received_at=read.raw.received_at,
        side=read.side,
        customer_number=placed.who.customer.number if placed.who.customer is not None else None,
        parsed=read.message,
        verdict=read.verdict,
        disposition=placed.decided.disposition,
        why=f"{placed.decided.why}. {placed.found.reason}",
        flags=placed.flags,
    )


def _ground(uow: UnitOfWork, read: _Read, placed: _Placed, thread_id: int, message_id: int) -> Ground:
    link = ""
    if isinstance(placed.found, NewThread) and placed.found.link_to is not None:
        others = [item.item_id for item in uow.items.of_thread(placed.found.link_to)]
        link = f"{', '.join(number_of(one) for one in others)}: {placed.found.reason}" if others else ""
    return Ground(
        thread_id=thread_id,
        message_id=message_id,
        side=read.side,
        customer_number=placed.who.customer.number if placed.who.customer is not None else None,
        subject=read.message.subject or "(no subject)",
        received_at=read.raw.received_at,
        flags=tuple(dict.fromkeys((*read.message.flags, *placed.flags))),
        link=link,
    )


def _draft(uow: UnitOfWork, read: _Read, placed: _Placed, opened: Opened, desk: _Writing, ids: tuple[int, int]) -> int:
    """How many drafts were written."""
    thread_id, message_id = ids
    message = replace(read.message, flags=tuple(dict.fromkeys((*read.message.flags, *placed.flags))))
    occasion = Occasion(
        inquiry=Inquiry(message_id, message, read.side, read.verdict, placed.who.known),
        topics=placed.decided.topics,
        item_ids=[item.item_id for item in opened.items],
        thread_id=thread_id,
        mailbox=read.raw.mailbox,
        tag=opened.items[0].number,
        waiting=placed.conversation.waiting,
    )
    return int(answer(uow, occasion, desk.policy, desk.renderer, desk.now) is not None)


def _hold(uow: UnitOfWork, raw: StoredRaw, reason: str, now: datetime) -> TakenIn:
    uow.raw.set_state([raw.raw_id], "quarantined")
    uow.quarantine.hold(NewQuarantine(raw.mailbox, f"raw:{raw.raw_id}", reason, raw.raw_id), now)
    return TakenIn(quarantined=1)
