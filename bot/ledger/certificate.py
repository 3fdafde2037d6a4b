"""Tax-exemption certificates on file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of one customer for one state. `expires_on` is None where it does not expire."""

    number: str
    customer_number: str
    state: str
    kind: str
    expires_on: date | None = None
