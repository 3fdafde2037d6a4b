"""A person's decision on a draft: revise, approve, reject. Approval fixes the bytes and puts them into the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from bot.desk import approval
from bot.desk.draft import Draft, DraftState, DraftText, find_gaps, revise
from bot.desk.outbox import OutboxEntry, OutboxState
from bot.desk.record import RecordEntry
from bot.desk.user import check_may_approve
from bot.errors import ConflictError, RuleViolationError
from bot.mail.compose import compose
from bot.mail.envelope import Envelope
from bot.mail.thread_token import make_message_id
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.outgoing import Letterhead, outgoing_of, with_files
from bot.steps.persons import check_works_on_draft, known_person
from bot.steps.reminding_still import why_not_remind_now
from bot.steps.second_look import came_back, what_is_new
from bot.steps.staling import make_stale


def revise_draft(
    draft_id: int,
    version: int,
    text: DraftText,
    person: str,
    *,
    store: Store,
    clock: Clock,
    seen: DraftState | None = None,
) -> Draft:
    """Write the next version. `seen` is the state that the person looked at, where that is known.

    Raises ConflictError where `version` is not the newest any more, RuleViolationError where newer mail came in since.
    """
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        draft = uow.drafts.get(draft_id)
        check_works_on_draft(uow, user, draft)
        if draft.state is DraftState.STALE and seen is DraftState.OPEN:
            raise RuleViolationError("newer mail came in while you were reading; look at it, then save once more")
        revised = _revise(uow, draft, version, text, person, now)
        uow.commit()
    return revised


def approve_draft(
    draft_id: int,
    version: int,
    person: str,
    *,
    store: Store,
    clock: Clock,
    letterhead: Letterhead,
    text: DraftText | None = None,
) -> int:
    """Approve exactly this version, or exactly `text` as the next one, and put it into the outbox; the entry's id.

    Raises RuleViolationError with the reason where it may not be sent, ConflictError where someone else was first.
    """
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, person)
        check_may_approve(user)
        draft = uow.drafts.get(draft_id)
        check_works_on_draft(uow, user, draft)
        if text is not None and text != draft.text and draft.state is DraftState.OPEN:
            draft = _revise(uow, draft, version, text, person, now)
            version = draft.version
        approval.check_approvable(draft, version, letterhead.own_addresses)
        approval.check_inside(draft, letterhead.own_domains)
        approval.check_second_person(draft, person, letterhead.second_person_above)
        _check_again(uow, draft, person, now)
        entry = _outbox_entry(uow, draft, person, now, letterhead)
        decided = approval.approve(draft, entry.raw, person, now)
        uow.drafts.set_state(draft, DraftState.APPROVED)
        uow.drafts.approve(decided)
        entry_id = uow.outbox.add(entry)
        after = {"version": str(version), "sha256": decided.sha256, "message_id": entry.message_id_header}
        uow.record.add(RecordEntry(now, person, "approved_draft", _subject(draft), {"state": draft.state}, after))
        uow.commit()
    return entry_id


def _check_again(uow: UnitOfWork, draft: Draft, person: str, now: datetime) -> None:
    """Raises RuleViolationError where the draft stands on what is no more: it is stale then, and stays so."""
    suspect = came_back(uow, draft)
    if suspect:
        raise RuleViolationError(f"{suspect}. It may be written to again when the task about it is done")
    untrue = why_not_remind_now(uow, draft, now.date())
    if untrue:
        raise RuleViolationError(f"not approved: {untrue}")
    changes = what_is_new(uow, draft)
    if changes:
        make_stale(uow, draft, person, now)
        uow.commit()
        raise RuleViolationError(f"{'; '.join(changes)}. Read the draft again, then save it anew")


def _revise(uow: UnitOfWork, draft: Draft, version: int, text: DraftText, person: str, now: datetime) -> Draft:
    if draft.version != version:
        raise ConflictError(f"draft {draft.draft_id} is at version {draft.version} now, you edited {version}")
    revised = revise(draft, text, person, now)
    uow.drafts.add_version(revised)
    before = {"version": str(version)}
    uow.record.add(RecordEntry(now, person, "revised_draft", _subject(draft), before, _shown(revised)))
    return revised


def reject_draft(draft_id: int, version: int, reason: str, person: str, *, store: Store, clock: Clock) -> None:
    """Throw a draft away, with the reason. Its work items stay as they are."""
    now = clock.now()
    if not reason.strip():
        raise RuleViolationError("say why the draft is rejected")
    with store.begin() as uow:
        user = known_person(uow, person)
        draft = uow.drafts.get(draft_id)
        check_works_on_draft(uow, user, draft)
        if draft.version != version:
            raise ConflictError(f"draft {draft_id} is at version {draft.version} now, you looked at {version}")
        if draft.state not in (DraftState.OPEN, DraftState.STALE):
            raise ConflictError(f"draft {draft_id} is already {draft.state}")
        uow.drafts.set_state(draft, DraftState.REJECTED)
        uow.drafts.reject(draft, reason, person, now)
        uow.record.add(
            RecordEntry(now, person, "rejected_draft", _subject(draft), {"state": draft.state}, {"reason": reason})
        )
        uow.commit()


def _outbox_entry(uow: UnitOfWork, draft: Draft, person: str, now: datetime, letterhead: Letterhead) -> OutboxEntry:
    sender, _ = letterhead.sender_for(draft.mailbox)
    key = uow.threads.key_of(draft.thread_id)
    message_id = make_message_id(letterhead.secret, key, secrets.token_hex(8), sender.domain)
    raw = compose(with_files(uow, outgoing_of(uow, draft, message_id, now, letterhead), draft.text.files))
    return OutboxEntry(
        entry_id=0,
        draft_id=draft.draft_id,
        mailbox=draft.mailbox,
        message_id_header=message_id,
        envelope=Envelope(sender.email, tuple(dict.fromkeys(draft.text.to + draft.text.cc))),
        approved_by=person,
        approved_sha256="",
        state=OutboxState.QUEUED,
        failures=0,
        next_attempt_at=now + letterhead.held_for,
        raw=raw,
        way=letterhead.way_of(draft.mailbox),
    )


def _subject(draft: Draft) -> str:
    return f"draft:{draft.draft_id}"


def _shown(draft: Draft) -> Mapping[str, str]:
    return {
        "version": str(draft.version),
        "to": ", ".join(draft.text.to),
        "cc": ", ".join(draft.text.cc),
        "subject": draft.text.subject,
        "files": ", ".join(f"{file.name} ({file.sha256})" for file in draft.text.files),
        "gaps": ", ".join(find_gaps(draft.text)),
    }
