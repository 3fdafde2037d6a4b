"""Short texts that staff write once and put into many drafts.

They use the mark of a gap: `[[invoice number]]` is filled where it is known, and is a gap to fill where it is not. So a
text holds nothing that could be evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import RuleViolationError

LONGEST_TEXT = 4000
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "German", "es": "Spanish", "fr": "French"}

# What a text can name of an item, as `reply_values` knows it, in the words of the page that lists them.
VALUES: Mapping[str, str] = {
    "greeting_name": "who wrote",
    "customer_name": "the name of the account",
    "invoices": "the invoices with their noun, such as invoices 101 and 102",
    "invoice_number": "the one invoice that is meant",
    "invoice_amount": "its amount",
    "invoice_balance": "what of it is open",
    "invoice_issued_on": "its day",
    "invoice_due_on": "when it is due",
    "invoice_status": "how it stands",
    "invoice_po": "its PO",
    "pos": "the POs with their noun",
    "po_number": "the one PO that is meant",
    "order_number": "the one order that is meant",
    "order_total": "its total",
    "amount": "the one amount that the mail names",
    "amounts": "all amounts that the mail names",
    "state_name": "the state that the mail names",
    "certificate_number": "the certificate on file",
    "certificate_expires_on": "when it expires",
    "answer_by": "the day until which we answer",
    "today": "today",
    "company": "our company",
    "our_mailbox": "our address",
    "signature": "the names below our letters",
}


@dataclass(frozen=True, slots=True)
class CannedText:
    text_id: int
    name: str
    language: str
    body: str
    owner: str
    is_shared: bool


def checked_body(text: str, language: str) -> str:
    """The text as it is kept. Raises RuleViolationError."""
    body = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    if language not in LANGUAGES:
        raise RuleViolationError(f"{language!r} is no language of our letters; choose {', '.join(LANGUAGES.values())}")
    if not body:
        raise RuleViolationError("the text is empty")
    if len(body) > LONGEST_TEXT:
        raise RuleViolationError(f"the text has {len(body)} letters; {LONGEST_TEXT} are the most")
    return body


def value_named(name: str) -> str:
    """The value behind a gap as people write it: `Invoice number` is invoice_number."""
    return "_".join(name.lower().split())


def with_text(body: str, text: str) -> str:
    """The draft with the text as a paragraph of its own before the sign-off, which is the last one."""
    head, _, sign_off = body.rstrip().rpartition("\n\n")
    return "\n\n".join(part for part in (head, text, sign_off) if part)


def in_language_first(texts: Sequence[CannedText], language: str) -> list[CannedText]:
    """Those in the language of the draft first, each group by name."""
    return sorted(texts, key=lambda one: (one.language != language, one.name.lower()))
