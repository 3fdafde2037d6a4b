"""Files and pipes → raw messages: the way in for rules that hand mail over instead of leaving it in a mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.mail.cursor import Fetched
from bot.mail.identity import sha256_of
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.receiving import Received, receive


def ingest(mailbox: str, arrived: Sequence[tuple[bytes, datetime]], *, store: Store, clock: Clock) -> Received:
    """Store these bytes, each with the time it arrived, as deliveries to `mailbox`. What is known is a duplicate."""
    # A pipe has no pointer of its own, and a file may be handed over twice: the content is the pointer.
    fetched = {
        f"content:{sha256_of(raw)}": Fetched(f"content:{sha256_of(raw)}", at, len(raw), raw) for raw, at in arrived
    }
    now = clock.now()
    with store.begin() as uow:
        received = receive(uow, mailbox, list(fetched.values()), now)
        uow.commit()
    return received + Received(duplicate=len(arrived) - received.total)
