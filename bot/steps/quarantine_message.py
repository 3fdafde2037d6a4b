"""A message that the desk itself broke on: tried again a few times, then held for an operator."""

from __future__ import annotations

from bot.ports import Clock
from bot.repositories import Store
from bot.stored import NewQuarantine, StoredRaw

TRIES = 3


def after_broken(raw: StoredRaw, reason: str, *, store: Store, clock: Clock) -> bool:
    """Count the failed try. After TRIES the message goes to quarantine with its bytes and the reason: True."""
    now = clock.now()
    with store.begin() as uow:
        is_held = uow.raw.count_attempt(raw.raw_id) >= TRIES
        if is_held:
            uow.raw.set_state([raw.raw_id], "quarantined")
            uow.quarantine.hold(NewQuarantine(raw.mailbox, f"raw:{raw.raw_id}", reason, raw.raw_id), now)
        uow.commit()
    return is_held
