"""Raw messages → message, thread, verdict, work items, draft. Run again on the same raw message it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.hints import Hint, hints_of, original_sender
from bot.desk.reply_values import Inquiry
from bot.desk.seen import believable, seen
from bot.desk.triage import Disposition, Triage, triage
from bot.desk.verdict import Verdict
from bot.desk.work_item import number_of
from bot.mail.flag import Flag
from bot.mail.identity import fingerprint
from bot.mail.message import InboundMessage
from bot.mail.origin import is_own
from bot.mail.rebuilt import is_rebuilt
from bot.mail.subjects import normalised_subject
from bot.mail.thread import Join, NewThread, goes_round
from bot.ports import Clock, ParseFailure, Parser, Question, Renderer, Sorter
from bot.repositories import Store, UnitOfWork
from bot.steps.alarming import raise_tasks
from bot.steps.canary import arrival_of, is_marked
from bot.steps.drafting import DeskPolicy, Occasion, answer
from bot.steps.joining import Conversation, Incoming, Standing, find_thread, foreseen, standing
from bot.steps.opening import Ground, Opened, open_items
from bot.steps.returning import OurMail, find_ours, note_receipt, note_return, note_returned_invoices
from bot.steps.surroundings import Surroundings, look_around
from bot.stored import NewMessage, NewQuarantine, StoredRaw

# Automatic mail that says something about mail of ours.
_ABOUT_OURS = ("bounce", "receipt")


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
    ours: OurMail | None
    flags: tuple[str, ...]

    @property
    def found(self) -> Join | NewThread:
        return self.conversation.found


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the messages of one batch have in common."""

    policy: DeskPolicy
    renderer: Renderer
    now: datetime
    around: Surroundings


def take_in(raws: Sequence[StoredRaw], ports: TakeInPorts, policy: DeskPolicy) -> TakenIn:
    """Work these off in one transaction: all of them, or on an error none."""
    parsed = _parsed(raws, ports.parser)
    good = [
        (raw, *_seen(raw, one, policy))
        for raw, one in zip(raws, parsed, strict=True)
        if isinstance(one, InboundMessage)
    ]
    verdicts = ports.sorter.sort_many([Question(message, side, raw.mailbox) for raw, message, side in good])
    read = [_Read(*one, believable(verdict, one[1].flags)) for one, verdict in zip(good, verdicts, strict=True)]
    total = TakenIn()
    now = ports.clock.now()
    with ports.store.begin() as uow:
        # Another process may have taken them in while these were parsed.
        left = uow.raw.still_waiting([raw.raw_id for raw in raws])
        for raw, one in zip(raws, parsed, strict=True):
            if isinstance(one, ParseFailure) and raw.raw_id in left:
                total += _hold(uow, raw, one.reason, now)
        known = uow.messages.known_raws(left)
        fresh = [one for one in read if one.raw.raw_id in left and one.raw.raw_id not in known]
        uow.foresee(foreseen([(one.message, one.verdict) for one in fresh], policy.secret))
        around = look_around(uow, [(one.message, one.raw.received_at, one.verdict) for one in fresh])
        writing = _Writing(policy, ports.renderer, now, around)
        done = list(known)
        for each in fresh:
            taken = _take_in_one(uow, each, writing)
            total += taken
            if not taken.quarantined:
                done.append(each.raw.raw_id)
        around.save(uow)
        uow.raw.set_state(done, "done")
        uow.commit()
    return total


def _seen(raw: StoredRaw, message: InboundMessage, policy: DeskPolicy) -> tuple[InboundMessage, str]:
    if raw.whole_size is not None:
        message = replace(message, flags=(*message.flags, Flag.OVERSIZE))
    return seen(message, policy.own_domains, policy.trust)


def _parsed(raws: Sequence[StoredRaw], parser: Parser) -> list[InboundMessage | ParseFailure]:
    """What parsing made of each; one whose bytes cannot be read any more costs only itself."""
    found = iter(parser.parse_many([raw.content for raw in raws if not raw.problem]))
    return [ParseFailure(raw.problem) if raw.problem else next(found) for raw in raws]


def _take_in_one(uow: UnitOfWork, read: _Read, desk: _Writing) -> TakenIn:
    message, raw, now = read.message, read.raw, desk.now
    canary = arrival_of(uow, message, desk.policy.secret, now) if is_marked(message) else None
    if canary is not None:
        return _hold(uow, raw, canary, now) if canary else TakenIn()
    if _is_our_copy(uow, read, desk.policy):
        # Our own answer that came back as a copy: it is in its thread already.
        return TakenIn()
    if desk.around.is_reused(message) and _is_known_rebuilt(uow, message):
        # The mailbox moved to another server, which writes its bytes anew: it was worked before.
        return TakenIn()
    ours = find_ours(uow, message, desk.policy.secret) if message.automatic in _ABOUT_OURS else None
    reason = None if raw.is_released else _why_held(message, desk.policy)
    if reason is not None:
        return _hold(uow, raw, reason, now)
    placed = _place(uow, read, ours, desk)
    if placed.who.verdict is not read.verdict:
        read = replace(read, verdict=placed.who.verdict)
    thread_id = _thread(uow, read, placed, now)
    message_id = uow.messages.add(_new_message(uow, read, placed, thread_id, desk.policy))
    desk.around.add(message, raw.received_at, read.verdict, thread_id)
    _look_after(uow, read, placed, thread_id, now)
    if placed.decided.disposition is not Disposition.OPEN:
        return TakenIn(messages=1, automatic=int(message.automatic is not None))
    opened = open_items(uow, placed.decided.topics, _ground(uow, read, placed, thread_id, message_id), now)
    drafted = _draft(uow, read, placed, opened, desk, (thread_id, message_id))
    return TakenIn(messages=1, items=opened.new, drafts=drafted)


def _is_our_copy(uow: UnitOfWork, read: _Read, policy: DeskPolicy) -> bool:
    sender = read.message.sender
    if sender is None or not is_own(sender, policy.own_addresses):
        return False
    # Everybody we wrote to knows our Message-ID, and anybody can write our address: only our very words are our copy.
    ours = uow.outbox.raw_under(read.message.message_id_header)
    return ours is not None and fingerprint(ours) == fingerprint(read.raw.content)


def _is_known_rebuilt(uow: UnitOfWork, message: InboundMessage) -> bool:
    return any(is_rebuilt(message, known.message) for known in uow.messages.inbound_under(message.message_id_header))


def _why_held(message: InboundMessage, policy: DeskPolicy) -> str | None:
    sender = message.sender
    if sender is not None and message.automatic is None and is_own(sender, policy.own_addresses):
        return f"it says to be from our own address {sender.email}, but the desk never sent it"
    says_something = message.reported_ids or message.failed_recipients or message.has_report
    if message.automatic == "bounce" and not says_something:
        return "a delivery failure that does not say which message it is about"
    return None


def _place(uow: UnitOfWork, read: _Read, ours: OurMail | None, desk: _Writing) -> _Placed:
    around, policy = desk.around, desk.policy
    about = around.thread_about(read.verdict) if read.message.automatic is None else None
    incoming = Incoming(read.message, read.side, read.verdict, about)
    who = standing(uow, incoming, policy.own_domains)
    if who.verdict is not read.verdict:
        incoming = replace(incoming, verdict=who.verdict)
    conversation = find_thread(uow, incoming, who, policy.secret, desk.now)
    decided = triage(
        read.message,
        read.verdict,
        policy.catalog,
        joins_thread=isinstance(conversation.found, Join),
        is_strange_report=ours is not None and ours.is_strange,
    )
    flags = [Flag.ID_REUSED] if around.is_reused(read.message) else []
    if around.in_last_hour(read.message, read.raw.received_at) > policy.trust.sender_per_hour:
        flags.append(Flag.SENDER_FLOOD)
    if conversation.joined is not None and goes_round(conversation.joined, desk.now, policy.trust.thread_per_day):
        flags.append(Flag.LOOP_SUSPECTED)
    found = conversation.found
    joined_with = found.flags if isinstance(found, Join) else ()
    return _Placed(who, conversation, decided, ours, (*who.flags, *joined_with, *flags))


def _look_after(uow: UnitOfWork, read: _Read, placed: _Placed, thread_id: int, now: datetime) -> None:
    """What else a message sets going: tasks for people, and what it says of our own mail."""
    raise_tasks(uow, read.message, {*read.message.flags, *placed.flags}, thread_id, now)
    entry = placed.ours.entry if placed.ours is not None else None
    if entry is None:
        if read.message.automatic == "bounce":
            note_returned_invoices(uow, read.message, now)
        return
    if read.message.automatic == "bounce":
        note_return(uow, read.message, entry, thread_id, now)
    else:
        note_receipt(uow, entry, now)


def _thread(uow: UnitOfWork, read: _Read, placed: _Placed, now: datetime) -> int:
    customer = placed.who.customer.number if placed.who.customer is not None else None
    if isinstance(placed.found, NewThread):
        return uow.threads.add(normalised_subject(read.message.subject), customer, now, placed.found.link_to)
    return placed.found.thread_id


def _new_message(uow: UnitOfWork, read: _Read, placed: _Placed, thread_id: int, policy: DeskPolicy) -> NewMessage:
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
        hints=tuple(_hints(uow, read.message, policy)),
    )


def _hints(uow: UnitOfWork, message: InboundMessage, policy: DeskPolicy) -> list[Hint]:
    original = original_sender(message, policy.own_domains)
    hints = hints_of(message, original, policy.own_domains)
    account = uow.ledger.customer_of_sender(original) if original is not None else None
    return [*hints, ("original_account", f"{account.number} {account.name}")] if account is not None else hints


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
    message = read.message
    if placed.flags:
        message = replace(message, flags=tuple(dict.fromkeys((*message.flags, *placed.flags))))
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
