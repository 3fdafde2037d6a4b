"""Who else is at a work item: they shall know of each other before both have written an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# A page says every few seconds that it is open, and is believed this long.
GONE_AFTER = timedelta(seconds=30)
# So seldom the store is written while nothing changes.
RENEWED_AFTER = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Presence:
    person: str
    is_writing: bool
    seen_at: datetime


def needs_renewal(known: Presence | None, now: datetime, *, is_writing: bool) -> bool:
    """Whether what is known of the person is too old, or no longer true."""
    return known is None or known.is_writing != is_writing or now - known.seen_at > RENEWED_AFTER


def others(there: Sequence[Presence], person: str, now: datetime) -> list[Presence]:
    """The others who are there now, those who write first."""
    here = [one for one in there if one.person != person and now - one.seen_at <= GONE_AFTER]
    return sorted(here, key=lambda one: (not one.is_writing, one.person))
