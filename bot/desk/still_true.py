"""Whether what a draft says of the ledger is still so, read anew before approval and again before sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.desk.draft import DraftFact
from bot.desk.reply_facts import clean_value
from bot.ledger.invoice import Invoice

_INVOICE = "ledger:invoice:"
# What a draft may say of an invoice that changes by itself, by the name of its fact.
_LIVING: Mapping[str, Callable[[Invoice], str]] = {
    "invoice_amount": lambda invoice: str(invoice.amount),
    "invoice_balance": lambda invoice: str(invoice.balance),
    "invoice_status": lambda invoice: invoice.status,
}
# How an invoice ends that nobody may be asked to pay any more.
_ENDED = {"paid": "was paid", "disputed": "is disputed", "credited": "was credited", "void": "was cancelled"}


def invoices_named(facts: Sequence[DraftFact]) -> tuple[str, ...]:
    """The invoices whose ledger rows the draft rests on."""
    found = (fact.source.removeprefix(_INVOICE) for fact in facts if fact.source.startswith(_INVOICE))
    return tuple(dict.fromkeys(found))


def what_changed(facts: Sequence[DraftFact], invoices: Mapping[str, Invoice]) -> list[str]:
    """A sentence for each invoice of which the draft says what the ledger no longer shows; empty where all is so."""
    changed: dict[str, None] = {}
    for fact in facts:
        if not fact.source.startswith(_INVOICE):
            continue
        number = fact.source.removeprefix(_INVOICE)
        invoice, living = invoices.get(number), _LIVING.get(fact.name)
        if invoice is None:
            changed[f"invoice {number} is no longer in the ledger"] = None
        elif living is not None and clean_value(living(invoice)) != fact.value:
            changed[_told(invoice, fact)] = None
    return list(changed)


def why_not_remind(invoice: Invoice, holds: Mapping[str, str]) -> str | None:
    """Why nobody may be reminded of this invoice now. `holds` are reasons by invoice number."""
    if invoice.status in _ENDED:
        return f"invoice {invoice.number} {_ENDED[invoice.status]}"
    if invoice.balance.amount <= 0:
        return f"invoice {invoice.number} has nothing left to pay"
    held = holds.get(invoice.number)
    return f"invoice {invoice.number} is on hold: {held}" if held else None


def _told(invoice: Invoice, fact: DraftFact) -> str:
    if invoice.status in _ENDED and fact.name != "invoice_amount":
        return f"invoice {invoice.number} {_ENDED[invoice.status]} since this was written"
    what = fact.name.removeprefix("invoice_")
    return f"invoice {invoice.number}: its {what} is {_LIVING[fact.name](invoice)} now, and was {fact.value}"
