"""Record → seals. A step of its own, so that no step which acts has to wait for the chain."""

from __future__ import annotations

from bot.desk.record_chain import seal
from bot.repositories import Store

BATCH = 1000


def seal_record(*, store: Store) -> int:
    """Seal what is not sealed yet; how many entries that were. Run again it finds only what is new."""
    total = 0
    while True:
        with store.begin() as uow:
            head = uow.seals.lock_head()
            entries = uow.seals.unsealed(BATCH)
            uow.seals.add_many(seal(head, entries))
            uow.commit()
        total += len(entries)
        if len(entries) < BATCH:
            return total
