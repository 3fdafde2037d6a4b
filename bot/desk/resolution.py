"""How a work item ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import RuleViolationError


class Resolution(StrEnum):
    FREE_TEXT_INVOICE = "free_text_invoice"
    FREE_TEXT_CREDIT = "free_text_credit"
    REBILL = "rebill"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    TAX_CREDIT = "tax_credit"
    PO_VERIFIED = "po_verified"
    PO_REJECTED = "po_rejected"
    NO_ACTION = "no_action"


# These leave a document in the ERP; without its number nobody could find it again.
NEEDS_DOCUMENT = frozenset(
    {
        Resolution.FREE_TEXT_INVOICE,
        Resolution.FREE_TEXT_CREDIT,
        Resolution.REBILL,
        Resolution.REFUND,
        Resolution.WRITE_OFF,
        Resolution.TAX_CREDIT,
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A resolution with the ERP's number of the document that carries it, "" where there is none."""

    resolution: Resolution
    document_number: str = ""


def outcome(resolution: str, document_number: str = "") -> Outcome:
    """What a person entered, checked.

    Raises RuleViolationError for an unknown resolution or a missing document number.
    """
    if resolution not in set(Resolution):
        raise RuleViolationError(f"{resolution!r} is no resolution; use one of {', '.join(Resolution)}")
    number = document_number.strip()
    if resolution in NEEDS_DOCUMENT and not number:
        raise RuleViolationError(f"{resolution} needs the number of its document")
    return Outcome(Resolution(resolution), number)
