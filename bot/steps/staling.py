"""What becomes of a draft that waits when something else happens. On record, like every change. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.desk.draft import Draft, DraftState
from bot.desk.record import RecordEntry
from bot.repositories import UnitOfWork


@dataclass(frozen=True, slots=True)
class Noted:
    """A draft that waits, as the record of a change notes it, so that an undo finds what the change did to it."""

    draft_id: int
    version: int
    state: DraftState

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(draft.draft_id, draft.version, draft.state)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None where none waited."""
        if not text:
            return None
        draft_id, version, state = (part.rpartition(" ")[2] for part in text.split(", "))
        return cls(int(draft_id), int(version), DraftState(state))

    def __str__(self) -> str:
        return f"{self.draft_id}, version {self.version}, {self.state}"


def make_stale(uow: UnitOfWork, waiting: Draft, who: str, now: datetime) -> None:
    """A person must read it again before it may leave."""
    if waiting.state is DraftState.OPEN:
        _change(uow, waiting, DraftState.STALE, who, now)


def supersede(uow: UnitOfWork, waiting: Draft, who: str, now: datetime) -> None:
    """A newer draft takes its place."""
    _change(uow, waiting, DraftState.SUPERSEDED, who, now)


def put_back(uow: UnitOfWork, draft: Draft, state: DraftState, who: str, now: datetime) -> None:
    """What took it out of the way was undone: it waits again, as it did."""
    if draft.state is not state:
        _change(uow, draft, state, who, now)


def _change(uow: UnitOfWork, draft: Draft, state: DraftState, who: str, now: datetime) -> None:
    uow.drafts.set_state(draft, state)
    before, after = {"state": draft.state}, {"state": state}
    uow.record.add(RecordEntry(now, who, f"draft_{state}", f"draft:{draft.draft_id}", before, after))
