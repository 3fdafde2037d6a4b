"""What a restored copy must not do: send what may have been sent since, give out a number twice, honour old tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.outbox import CLAIM_HELD_FOR
from bot.desk.record import THE_DESK, RecordEntry
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.mail_report import NOT_BEFORE
from bot.steps.staling import make_stale

# More work items than any desk opens between two backups: customers have seen numbers that the copy knows nothing of.
SKIPPED_NUMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Held:
    """How many outbox entries wait for a look into Sent, and how many drafts for a second reading."""

    outbox: int
    drafts: int


def hold_after_restore(taken_at: datetime, *, store: Store, clock: Clock) -> Held:
    """Bring a copy of the store, as it was at `taken_at`, back into the world. Done twice it harms nothing."""
    now = clock.now()
    told = f"The desk was restored from its backup of {taken_at:%Y-%m-%d %H:%M} UTC."
    with store.begin() as uow:
        uow.installation.rename()
        uow.installation.skip_numbers(SKIPPED_NUMBERS)
        uow.installation.end_sessions()
        uow.clocks.set_mark(NOT_BEFORE, now.isoformat(), now)
        # As if their sender had died long ago: the desk looks into Sent, and where that says nothing asks a person.
        outbox = uow.installation.hold_unsent(taken_at - CLAIM_HELD_FOR)
        drafts = uow.installation.open_drafts()
        for draft in drafts:
            make_stale(uow, draft, THE_DESK, now)
            for item_id in uow.drafts.items_of(draft.draft_id):
                uow.items.add_note(item_id, THE_DESK, f"{told} Look into Sent: this may be answered already.", now)
        after = {"backup_of": taken_at.isoformat(), "held": ", ".join(map(str, outbox)), "drafts": str(len(drafts))}
        uow.record.add(RecordEntry(now, THE_DESK, "restored", "store", {}, after))
        uow.commit()
    return Held(len(outbox), len(drafts))
