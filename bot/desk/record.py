"""The append-only history of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# Who acted where no person did.
THE_DESK = "creditdesk"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """Who did what to which thing, when, and what it was before and after. Values are plain text."""

    at: datetime
    who: str
    what: str
    subject: str
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
