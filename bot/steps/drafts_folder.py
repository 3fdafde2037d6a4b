"""Outbox → Drafts folder, where people send approved replies themselves, and what they made of them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.desk import in_drafts, outbox
from bot.desk.in_drafts import Letter
from bot.errors import UncertainError
from bot.mail.filed import FiledMessage
from bot.mail.message import InboundMessage
from bot.ports import Clock, DraftsFolder, Parser
from bot.repositories import Store
from bot.steps.leaving import hand_over, settle


@dataclass(frozen=True, slots=True)
class DraftsPorts:
    """`folder` is that of the one mailbox that is worked."""

    store: Store
    folder: DraftsFolder
    parser: Parser
    clock: Clock


def put_into_drafts(entry_id: int, ports: DraftsPorts) -> outbox.EntryOutcome | None:
    """Put one due entry there, once. None where it was not due or someone else has it."""

    def put(entry: outbox.OutboxEntry) -> outbox.EntryOutcome:
        # What an earlier try put there, or a person sent since, is not put there twice.
        if not (entry.failures and _is_there(entry, ports.folder)):
            try:
                ports.folder.put(entry.raw)
            except UncertainError:
                if not _is_there(entry, ports.folder):
                    raise
        return outbox.InDrafts(ports.clock.now())

    return hand_over(entry_id, put, store=ports.store, clock=ports.clock)


def settle_lost_put(entry_id: int, ports: DraftsPorts) -> outbox.EntryOutcome:
    """Decide about an entry whose process died over it: in Drafts where it was found, else uncertain."""
    with ports.store.look() as uow:
        entry = uow.outbox.get(entry_id)
    is_there = _is_there(entry, ports.folder)
    outcome = in_drafts.after_lost_put(entry, is_there=is_there, now=ports.clock.now())
    settle(entry, outcome, ports.store, ports.clock)
    return outcome


def follow_drafts(mailbox: str, ports: DraftsPorts) -> int:
    """See what became of all that was put into the Drafts of a mailbox. How many were sent or deleted."""
    with ports.store.look() as uow:
        entries = uow.outbox.in_drafts(mailbox)
    if not entries:
        return 0
    lying = ports.folder.lying()
    moved = [entry for entry in entries if not any(in_drafts.is_itself(entry, filed) for filed in lying)]
    _note_missing([entry for entry in entries if entry not in moved], ports, is_missing=False)
    if not moved:
        return 0
    since = min(entry.in_drafts_at or ports.clock.now() for entry in moved) - in_drafts.CLOCKS_DIFFER
    looks = _Looks(ports, lying, ports.folder.sent_since(since), frozenset(one.message_id_header for one in entries))
    outcomes = [(letter.entry, _became(letter, looks)) for letter in _letters(moved, ports.parser)]
    for entry, outcome in outcomes:
        if outcome is not None:
            settle(entry, outcome, ports.store, ports.clock)
    return sum(outcome is not None for _, outcome in outcomes)


@dataclass(frozen=True, slots=True)
class _Looks:
    """What one look showed. `ours` are the Message-IDs of all that the desk put into this folder."""

    ports: DraftsPorts
    lying: Sequence[FiledMessage]
    sent: Sequence[FiledMessage]
    ours: frozenset[str]


def _is_there(entry: outbox.OutboxEntry, folder: DraftsFolder) -> bool:
    if any(in_drafts.is_itself(entry, filed) for filed in folder.lying()):
        return True
    since = (entry.claimed_at or entry.next_attempt_at) - in_drafts.LOOKS_BACK
    return any(in_drafts.is_itself(entry, filed) for filed in folder.sent_since(since))


def _letters(entries: Sequence[outbox.OutboxEntry], parser: Parser) -> Iterator[Letter]:
    for entry, approved in zip(entries, parser.parse_many([entry.raw for entry in entries]), strict=True):
        # The desk composed these bytes itself; were they beyond parsing, only the Message-ID could find them again.
        if isinstance(approved, InboundMessage):
            yield Letter(entry, approved)


def _became(letter: Letter, looks: _Looks) -> outbox.EntryOutcome | None:
    """None while it still lies in Drafts, as a person saved it anew, or may be on its way."""
    found = _find(letter, looks.sent, looks)
    if found is not None:
        filed, message = found
        return in_drafts.sent_by_person(letter, filed, message, looks.ports.clock.now())
    lies = _find(letter, looks.lying, looks) is not None
    _note_missing([letter.entry], looks.ports, is_missing=not lies)
    return None if lies else in_drafts.after_gone(letter.entry, looks.ports.clock.now())


def _find(letter: Letter, among: Sequence[FiledMessage], looks: _Looks) -> tuple[FiledMessage, InboundMessage] | None:
    itself = next((filed for filed in among if in_drafts.is_itself(letter.entry, filed)), None)
    if itself is not None:
        return itself, _read(itself, looks.ports) or letter.approved
    ids = [filed.message_id_header for filed in among if filed.message_id_header]
    with looks.ports.store.look() as uow:
        # What the desk knows already is another message, and no reply is found in it twice.
        known = uow.messages.known_headers(ids) | looks.ours
    for filed in sorted(among, key=lambda one: one.filed_at, reverse=True):
        if filed.message_id_header not in known and in_drafts.may_be(letter, filed):
            message = _read(filed, looks.ports)
            if message is not None and in_drafts.is_that_reply(letter.approved, message):
                return filed, message
    return None


def _read(filed: FiledMessage, ports: DraftsPorts) -> InboundMessage | None:
    """A message of a person's, with all that they quote of strangers, so it is parsed behind the limit."""
    raw = ports.folder.read(filed)
    parsed = ports.parser.parse_many([raw])[0] if raw is not None else None
    return parsed if isinstance(parsed, InboundMessage) else None


def _note_missing(entries: Sequence[outbox.OutboxEntry], ports: DraftsPorts, *, is_missing: bool) -> None:
    changed = [entry.entry_id for entry in entries if (entry.missing_since is not None) != is_missing]
    if changed:
        with ports.store.begin() as uow:
            uow.outbox.mark_missing(changed, ports.clock.now() if is_missing else None)
            uow.commit()
