"""Messages, notes and drafts → what the search finds. A step of its own: taking mail in costs no more for it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.search_words import Searchable, index_words
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork

# A batch holds up whoever writes for some tens of milliseconds.
BATCH = 100
_MARKS = {"message": "search_messages", "note": "search_notes"}


def fill_search(*, store: Store, clock: Clock) -> int:
    """One batch; how many more things can be found. Run again it finds only what is new."""
    with store.look() as uow:
        # The words are made while nobody is held up.
        found = [(one, index_words(one)) for one in _unfilled(uow)]
    if not found:
        return 0
    now = clock.now()
    with store.begin() as uow:
        uow.search.add(found)
        for kind, mark in _MARKS.items():
            ids = [one.subject_id for one, _ in found if one.kind == kind]
            if ids:
                uow.clocks.set_mark(mark, str(max(*ids, _mark(uow, mark))), now)
        uow.commit()
    return len(found)


def _unfilled(uow: UnitOfWork) -> Sequence[Searchable]:
    messages = uow.search.unfilled_messages(_mark(uow, _MARKS["message"]), BATCH)
    notes = uow.search.unfilled_notes(_mark(uow, _MARKS["note"]), BATCH)
    return [*messages, *notes, *uow.search.unfilled_drafts(BATCH)]


def _mark(uow: UnitOfWork, name: str) -> int:
    return int(uow.clocks.mark(name) or 0)
