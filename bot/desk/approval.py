"""A person's decision on one version of a draft, bound to the bytes that will be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from bot.desk.draft import INSIDE, Draft, DraftState, find_gaps
from bot.errors import ConflictError, RuleViolationError
from bot.mail.address import Address, is_in_domains
from bot.mail.origin import is_own

# The desk writes sums in this form; a person's other form is a person's to read.
_SUM = re.compile(r"(?:[$€£]|\b[A-Z]{3}) ?(\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d+(?:\.\d{2})?)(?![\d,.]*\d)")


@dataclass(frozen=True, slots=True)
class Approval:
    """`sha256` is of the finished MIME message; the sender refuses any other bytes."""

    draft_id: int
    version: int
    decided_by: str
    decided_at: datetime
    sha256: str


def check_approvable(draft: Draft, version: int, own_addresses: frozenset[str]) -> None:
    """Raises RuleViolationError, with the reason, where this version may not be approved."""
    if draft.version != version:
        raise ConflictError(f"draft {draft.draft_id} is at version {draft.version} now, you looked at {version}")
    if draft.state is DraftState.STALE:
        raise RuleViolationError(
            f"draft {draft.draft_id} is stale: something came in or was done since. Read it, then save the text anew"
        )
    if draft.state is not DraftState.OPEN:
        raise ConflictError(f"draft {draft.draft_id} is already {draft.state}")
    gaps = find_gaps(draft.text)
    if gaps:
        raise RuleViolationError(f"draft {draft.draft_id} still has gaps: {', '.join(gaps)}")
    leftovers = [mark for mark in ("[[", "]]", "{{", "}}", "{%") if mark in f"{draft.text.subject}\n{draft.text.body}"]
    if leftovers:
        raise RuleViolationError(f"draft {draft.draft_id} still holds {leftovers[0]}: write over what stands there")
    everyone = draft.text.to + draft.text.cc
    own = [address for address in everyone if is_own(Address("", address), own_addresses)]
    if own:
        raise RuleViolationError(f"draft {draft.draft_id} would go to our own address {own[0]}")
    if not draft.text.body.strip():
        raise RuleViolationError(f"draft {draft.draft_id} is empty")


def check_inside(draft: Draft, domains: tuple[str, ...]) -> None:
    """Raises RuleViolationError where word that is meant for our own people would go to anybody else."""
    if draft.kind != INSIDE:
        return
    outside = [one for one in draft.text.to + draft.text.cc if not is_in_domains(Address("", one), domains)]
    if outside:
        raise RuleViolationError(f"draft {draft.draft_id} is for our own people, and {outside[0]} is not one of them")


def check_second_person(draft: Draft, person: str, limit: Decimal) -> None:
    """Raises RuleViolationError where the writer of a text that names a large sum approves it alone."""
    if draft.author != person:
        return
    sums = [Decimal(found.replace(",", "")) for found in _SUM.findall(f"{draft.text.subject}\n{draft.text.body}")]
    if max(sums, default=Decimal(0)) > limit:
        raise RuleViolationError(
            f"draft {draft.draft_id} names {max(sums):,.2f}, and {person} wrote it: somebody else must approve it"
        )


def approve(draft: Draft, raw: bytes, person: str, now: datetime) -> Approval:
    """The approval of exactly these bytes."""
    return Approval(draft.draft_id, draft.version, person, now, sha256(raw).hexdigest())
