"""Which numbers of a mail a reply may call invoices and POs. What the ledger does not bear out is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.desk.verdict import Verdict
from bot.ledger.lookup import Known, number_key
from bot.mail.message import InboundMessage

MAX_NUMBER = 40
_MIN_PO = 4

# A word that names something else than an invoice or a PO, with its number close by.
_REFERENCE = re.compile(
    r"\b(?:trace|check|cheque|wire|ach|eft|card|ref|reference|confirmation|transaction|rma|ra|rga|return|tracking|claim|memo"
    r"|order|so|ticket|case)\b\W{0,3}(?:(?:no|num|number|nr|ending(?: in)?|is|was)\b\W{0,3})?[A-Z]{0,4}-?\d{3,}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{3,}")
# The longest that such a word, what may stand behind it and the letters of a number are together.
_BEFORE = 40
_STATE_SERIES = re.compile(r"([A-Z]{2})[- ]?\d+")


@dataclass(frozen=True, slots=True)
class NamedNumbers:
    """`has_others` where the mail names further numbers as invoices that this reply must not repeat as such."""

    invoices: tuple[str, ...]
    pos: tuple[str, ...]
    certificates: tuple[str, ...]
    has_foreign: bool
    has_others: bool


def named_numbers(verdict: Verdict, known: Known) -> NamedNumbers:
    """The numbers of the mail by what the ledger says they are; where no account is known, by what the mail says."""
    kinds = _Kinds(known, verdict.values("state"))
    said_invoices, said_pos = verdict.values("invoice"), verdict.values("po")
    usable = list(_usable((*said_invoices, *said_pos), known))
    said_as_invoice = frozenset(said_invoices)
    sorted_numbers = [
        (kinds.kind_of(number, "invoice" if number in said_as_invoice else "po"), number) for number in usable
    ]
    return NamedNumbers(
        _of_kind("invoice", sorted_numbers),
        _of_kind("po", sorted_numbers),
        _of_kind("certificate", sorted_numbers),
        has_foreign=len(usable) < len({*said_invoices, *said_pos}),
        has_others=bool(_of_kind("unknown", sorted_numbers)) or bool(said_as_invoice.difference(usable)),
    )


def _of_kind(wanted: str, numbers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(number for kind, number in numbers if kind == wanted)


def _usable(numbers: Iterable[str], known: Known) -> Iterable[str]:
    """Each number once, without those of other accounts, which must never be repeated."""
    foreign = {number_key(number) for number in known.foreign_numbers}
    for number in dict.fromkeys(numbers):
        if number_key(number) and number_key(number) not in foreign and len(number) <= MAX_NUMBER:
            yield number


class _Kinds:
    def __init__(self, known: Known, states: Sequence[str]) -> None:
        self._has_account = known.customer is not None
        self._states = frozenset(states)
        self._invoices = {number_key(row.number) for row in known.invoices}
        self._pos = {number_key(row.po_number) for row in known.invoices} - {""}
        self._pos |= {number_key(row.po_number) for row in known.orders} - {""}
        self._orders = {number_key(row.number) for row in known.orders}
        self._certificates = {number_key(row.number) for row in known.certificates}

    def kind_of(self, number: str, said: str) -> str:
        """invoice, po, order, certificate, unknown; or nothing for what is no document at all."""
        key = number_key(number)
        in_ledger = {
            "invoice": self._invoices,
            "po": self._pos,
            "order": self._orders,
            "certificate": self._certificates,
        }
        for kind in (said, *in_ledger):
            if key in in_ledger[kind]:
                return kind
        if self._is_of_a_state(number):
            return "certificate"
        if said == "po":
            # Quantities and models such as 10C stand near POs too.
            return "po" if len(key) >= _MIN_PO and any(character.isdigit() for character in key) else ""
        return "unknown" if self._has_account else "invoice"

    def _is_of_a_state(self, number: str) -> bool:
        """`MI-71699` in a message about Michigan is a certificate, though the ledger was not asked for it."""
        series = _STATE_SERIES.fullmatch(number.upper())
        return series is not None and series.group(1) in self._states


def gives_reference(message: InboundMessage) -> bool:
    """Whether the sender gave the number of a payment, a return, an order or the like."""
    text = f"{message.subject}\n{message.newest_text}"
    # Only where digits are can there be one: the words alone are tried at every other word of a letter.
    return any(_REFERENCE.search(text, max(0, at.start() - _BEFORE), at.end()) for at in _DIGITS.finditer(text))
