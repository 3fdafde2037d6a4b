"""What becomes of a draft that waits when something else happens. On record, like every change. The caller commits."""

from __future__ import annotations

from datetime import datetime

from bot.desk.draft import Draft, DraftState
from bot.desk.record import RecordEntry
from bot.repositories import UnitOfWork


def make_stale(uow: UnitOfWork, waiting: Draft, who: str, now: datetime) -> None:
    """A person must read it again before it may leave."""
    if waiting.state is DraftState.OPEN:
        _change(uow, waiting, DraftState.STALE, who, now)


def supersede(uow: UnitOfWork, waiting: Draft, who: str, now: datetime) -> None:
    """A newer draft takes its place."""
    _change(uow, waiting, DraftState.SUPERSEDED, who, now)


def _change(uow: UnitOfWork, draft: Draft, state: DraftState, who: str, now: datetime) -> None:
    uow.drafts.set_state(draft, state)
    before, after = {"state": draft.state}, {"state": state}
    uow.record.add(RecordEntry(now, who, f"draft_{state}", f"draft:{draft.draft_id}", before, after))
