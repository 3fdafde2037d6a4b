"""A person writes a canned text, changes one, or takes one away. Each change is on record with the words before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.desk.canned_text import CannedText, checked_body
from bot.desk.own_or_shared import check_may_change, named
from bot.desk.record import RecordEntry
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.persons import known_person


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it was typed into the form."""

    name: str
    language: str
    body: str
    is_shared: bool


def write_text(wording: Wording, person: str, *, store: Store, clock: Clock) -> CannedText:
    """A new one. Raises RuleViolationError where it has no name, no words or no language of ours."""
    with store.begin() as uow:
        known_person(uow, person)
        wanted = _as_worded(CannedText(0, "", "", "", person, is_shared=False), wording)
        added = replace(wanted, text_id=uow.texts.add(wanted))
        uow.record.add(RecordEntry(clock.now(), person, "wrote_text", _subject(added), {}, _told(added)))
        uow.commit()
    return added


def change_text(text_id: int, wording: Wording, person: str, *, store: Store, clock: Clock) -> CannedText:
    """Its owner stays whoever wrote it first."""
    with store.begin() as uow:
        user = known_person(uow, person)
        before = uow.texts.get(text_id)
        check_may_change(user, before)
        after = _as_worded(before, wording)
        if after != before:
            uow.texts.save(text_id, after)
            told = (_told(before), _told(after))
            uow.record.add(RecordEntry(clock.now(), person, "changed_text", _subject(after), *told))
            uow.commit()
    return after


def remove_text(text_id: int, person: str, *, store: Store, clock: Clock) -> None:
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        kept = uow.texts.get(text_id)
        check_may_change(user, kept)
        uow.texts.remove(text_id, now)
        uow.record.add(RecordEntry(now, person, "removed_text", _subject(kept), _told(kept), {}))
        uow.commit()


def _as_worded(kept: CannedText, wording: Wording) -> CannedText:
    return replace(
        kept,
        name=named(wording.name),
        language=wording.language,
        body=checked_body(wording.body, wording.language),
        is_shared=wording.is_shared,
    )


def _subject(kept: CannedText) -> str:
    return f"text:{kept.text_id}"


def _told(kept: CannedText) -> dict[str, str]:
    shared = "yes" if kept.is_shared else "no"
    return {"name": kept.name, "language": kept.language, "text": kept.body, "shared": shared}
