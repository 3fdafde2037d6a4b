"""Fetched bytes → raw messages and deliveries. Shared by the steps that let mail in, blind to what mail means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.mail.cursor import Fetched
from bot.mail.identity import fingerprint, sha256_of
from bot.repositories import UnitOfWork
from bot.stored import NewDelivery, NewQuarantine, NewRaw


@dataclass(frozen=True, slots=True)
class Received:
    """How many messages became what."""

    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    vanished: int = 0

    def __add__(self, other: Received) -> Received:
        return Received(
            self.stored + other.stored,
            self.duplicate + other.duplicate,
            self.quarantined + other.quarantined,
            self.vanished + other.vanished,
        )

    @property
    def total(self) -> int:
        return self.stored + self.duplicate + self.quarantined + self.vanished


@dataclass(frozen=True, slots=True)
class _Identified:
    fetched: Fetched
    raw: bytes
    sha256: str
    fingerprint: str


def receive(
    uow: UnitOfWork, mailbox: str, fetched: Sequence[Fetched], now: datetime, *, settles: bool = False
) -> Received:
    """Store what is new, note what is known. The caller commits, together with the cursor.

    `settles`: what is stored has yet to be moved or marked on the server.
    """
    known = uow.deliveries.known_pointers(mailbox, [one.pointer for one in fetched])
    new = [one for one in fetched if one.pointer not in known]
    whole = [_Identified(one, one.raw, sha256_of(one.raw), fingerprint(one.raw)) for one in new if one.raw is not None]
    deliveries = [_without_body(uow, mailbox, one, now) for one in new if one.raw is None]
    deliveries += _with_body(uow, mailbox, whole, now)
    if settles:
        deliveries = [replace(one, is_settled=one.outcome not in ("stored", "duplicate")) for one in deliveries]
    uow.deliveries.add_many(deliveries, now)
    outcomes = [delivery.outcome for delivery in deliveries]
    return Received(*(outcomes.count(outcome) for outcome in ("stored", "duplicate", "quarantined", "vanished")))


def _with_body(uow: UnitOfWork, mailbox: str, whole: Sequence[_Identified], now: datetime) -> list[NewDelivery]:
    by_sha, by_fingerprint = uow.raw.known([one.sha256 for one in whole], [one.fingerprint for one in whole])
    new: dict[str, NewRaw] = {}
    prints = set(by_fingerprint)
    outcomes = []
    for one in whole:
        is_same = one.sha256 in by_sha or one.sha256 in new
        is_known = is_same or one.fingerprint in prints
        if not is_same:
            # A redelivery has other bytes on the outside: they are kept, but not worked a second time.
            state = "redelivery" if is_known else "waiting"
            received_at = one.fetched.received_at
            new[one.sha256] = NewRaw(one.sha256, one.fingerprint, one.raw, mailbox, received_at, state)
            prints.add(one.fingerprint)
        outcomes.append("duplicate" if is_known else "stored")
    ids = {**by_sha, **uow.raw.add_many(list(new.values()), now)}
    return [
        NewDelivery(mailbox, one.fetched.pointer, one.fetched.received_at, outcome, ids[one.sha256])
        for one, outcome in zip(whole, outcomes, strict=True)
    ]


def _without_body(uow: UnitOfWork, mailbox: str, one: Fetched, now: datetime) -> NewDelivery:
    if one.problem == "vanished":
        return NewDelivery(mailbox, one.pointer, one.received_at, "vanished", None)
    reason = f"{one.problem}: {one.size:,} bytes were not fetched"
    uow.quarantine.hold(NewQuarantine(mailbox, one.pointer, reason, head=one.head), now)
    raw_id = _keep_head(uow, mailbox, one, now) if one.problem == "oversize" and one.head.strip() else None
    return NewDelivery(mailbox, one.pointer, one.received_at, "quarantined", raw_id)


def _keep_head(uow: UnitOfWork, mailbox: str, one: Fetched, now: datetime) -> int:
    """Its head is worked like a message, so that the customer is not forgotten while a person reads the rest."""
    # An empty line ends the head, so that what was cut off is not taken for text.
    head = one.head.rstrip(b"\r\n") + b"\r\n\r\n"
    sha256, print_of_head = sha256_of(head), fingerprint(head)
    by_sha, by_fingerprint = uow.raw.known([sha256], [print_of_head])
    if sha256 in by_sha:
        return by_sha[sha256]
    state = "redelivery" if by_fingerprint else "waiting"
    new = NewRaw(sha256, print_of_head, head, mailbox, one.received_at, state, one.size)
    return uow.raw.add_many([new], now)[sha256]
