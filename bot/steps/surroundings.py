"""What a batch needs to know of earlier mail, loaded with one question a kind, and kept up while it is worked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.verdict import Verdict
from bot.ledger.lookup import number_key
from bot.mail.message import InboundMessage
from bot.repositories import UnitOfWork

HOUR = timedelta(hours=1)
# Beyond that many in the time of one batch it is a flood, however many more there are.
MOST_ARRIVALS = 20_000
# An index takes no longer ones, and no invoice has such a number.
LONGEST_NUMBER = 100


@dataclass(slots=True)
class Surroundings:
    """`headers` are Message-IDs that are taken, `arrivals` when each sender wrote, `numbers` which thread names one."""

    headers: set[str]
    arrivals: dict[str, list[datetime]]
    numbers: dict[str, int]
    new_numbers: list[tuple[str, int]]

    def is_reused(self, message: InboundMessage) -> bool:
        return message.message_id_header in self.headers

    def in_last_hour(self, message: InboundMessage, received_at: datetime) -> int:
        """How many messages its sender wrote in the hour before it, itself among them."""
        found = self.arrivals.get(_sender_key(message), [])
        return bisect_right(found, received_at) - bisect_left(found, received_at - HOUR) + 1

    def thread_about(self, verdict: Verdict) -> int | None:
        """An earlier thread that names one of the same invoices or POs."""
        return next((self.numbers[key] for key in number_keys(verdict) if key in self.numbers), None)

    def add(self, message: InboundMessage, received_at: datetime, verdict: Verdict, thread_id: int) -> None:
        if message.message_id_header:
            self.headers.add(message.message_id_header)
        if key := _sender_key(message):
            insort(self.arrivals.setdefault(key, []), received_at)
        for key in number_keys(verdict):
            self.new_numbers.append((key, thread_id))
            self.numbers[key] = thread_id

    def save(self, uow: UnitOfWork) -> None:
        uow.threads.add_numbers(self.new_numbers)


def look_around(uow: UnitOfWork, batch: Sequence[tuple[InboundMessage, datetime, Verdict]]) -> Surroundings:
    senders = sorted({key for message, _, _ in batch if (key := _sender_key(message))})
    arrivals: dict[str, list[datetime]] = {}
    if senders:
        since = min(received_at for _, received_at, _ in batch) - HOUR
        for key, received_at in uow.messages.arrivals(senders, since, MOST_ARRIVALS):
            arrivals.setdefault(key, []).insert(0, received_at)
    return Surroundings(
        headers=uow.messages.known_headers([message.message_id_header for message, _, _ in batch]),
        arrivals=arrivals,
        numbers=dict(uow.threads.naming(sorted({key for _, _, verdict in batch for key in number_keys(verdict)}))),
        new_numbers=[],
    )


def _sender_key(message: InboundMessage) -> str:
    return message.senders[0].key[:320] if message.senders else ""


def number_keys(verdict: Verdict) -> list[str]:
    """The invoices and POs that a message is about, as the store looks them up."""
    numbers = (*verdict.values("invoice"), *verdict.values("po"))
    return [key for number in numbers if 3 <= len(key := number_key(number)) <= LONGEST_NUMBER]
