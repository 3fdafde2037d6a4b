"""An unsent reply or reminder, in versions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.desk.basis import Basis
from bot.errors import RuleViolationError

# A gap stands in the text where a person sees it, and is filled by writing over it.
GAP = re.compile(r"\[\[([^\[\]\n]{1,80})\]\]")


# The kinds of drafts: an answer to mail, a reminder to a customer, and word to our own people.
REPLY, REMINDER, INSIDE = "reply", "reminder", "inside"
# Begins the name of a fact that stands in an attached file rather than in the text.
ATTACHED = "attached_"


class DraftState(StrEnum):
    OPEN = "open"
    STALE = "stale"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A value in a draft and where it came from: message:ID, ledger:invoice:NUMBER, policy:KEY or person:NAME."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template made: texts, the facts it used, and the names of what was not known."""

    subject: str
    body: str
    facts: tuple[DraftFact, ...]
    gaps: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of ours that goes out with a draft. Its bytes are kept under their SHA-256."""

    name: str
    content_type: str
    size: int
    sha256: str


# Encoded it becomes a third larger, and most servers refuse a message above 20 MB.
MOST_FILE_BYTES = 14_000_000
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class DraftText:
    """What a person may change of a draft. Addresses are bare."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    files: tuple[DraftFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of one draft."""

    draft_id: int
    version: int
    state: DraftState
    kind: str
    thread_id: int
    reply_to_message_id: int | None
    mailbox: str
    text: DraftText
    facts: tuple[DraftFact, ...]
    template: str
    author: str
    created_at: datetime
    # What the ledger said when it was written; None where nothing of it matters.
    basis: Basis | None = None

    @property
    def gaps(self) -> tuple[str, ...]:
        return find_gaps(self.text)


def gap(name: str) -> str:
    """How a gap is written into a text."""
    return f"[[{name}]]"


def find_gaps(text: DraftText) -> tuple[str, ...]:
    """What a person still has to fill in before the draft can be approved."""
    found = [match.group(1) for match in GAP.finditer(f"{text.subject}\n{text.body}")]
    if not text.to:
        found.insert(0, "recipient")
    return tuple(dict.fromkeys(found))


def check_files(files: tuple[DraftFile, ...]) -> None:
    """Raises RuleViolationError where they are more than a mail can carry."""
    if len(files) > MOST_FILES:
        raise RuleViolationError(f"a reply carries at most {MOST_FILES} files")
    total = sum(file.size for file in files)
    if total > MOST_FILE_BYTES:
        raise RuleViolationError(
            f"the files are {total / 1e6:.1f} MB together; a mail carries at most {MOST_FILE_BYTES / 1e6:.0f} MB"
        )


_NUMBERISH = re.compile(r"[\w$€£#.,/-]*\d[\w.,/-]*")


def _numbers(text: DraftText) -> set[str]:
    return {found.rstrip(".,") for found in _NUMBERISH.findall(f"{text.subject}\n{text.body}")}


def revise(draft: Draft, text: DraftText, author: str, now: datetime) -> Draft:
    """The next version, as a person wrote it.

    Facts whose value is gone go with it, and those of attached files when none of the files is left; numbers that the
    person typed become facts with the person as source.
    """
    if draft.state not in (DraftState.OPEN, DraftState.STALE):
        raise RuleViolationError(f"draft {draft.draft_id} is {draft.state}, only an open draft can be revised")
    if "\n" in text.subject or "\r" in text.subject:
        raise RuleViolationError("the subject must be one line")
    check_files(text.files)
    whole = f"{text.subject}\n{text.body}"
    has_files = not set(draft.text.files).isdisjoint(text.files)
    kept = tuple(fact for fact in draft.facts if (has_files if fact.name.startswith(ATTACHED) else fact.value in whole))
    known = " ".join(fact.value for fact in kept)
    typed = sorted(number for number in _numbers(text) - _numbers(draft.text) if number not in known)
    entered = tuple(DraftFact("entered", number, f"person:{author}") for number in typed)
    return replace(
        draft,
        version=draft.version + 1,
        state=DraftState.OPEN,
        text=text,
        facts=kept + entered,
        author=author,
        created_at=now,
    )
