"""What a reminder says of the ledger, and whether anybody may be reminded of it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.desk.basis import ENDED, LIVING, InvoiceThen
from bot.desk.draft import ATTACHED, DraftFact
from bot.ledger.account_statement import AccountStatement
from bot.ledger.invoice import Invoice

_INVOICE = "ledger:invoice:"


def invoices_then(facts: Sequence[DraftFact]) -> tuple[InvoiceThen, ...]:
    """The invoices whose ledger rows the facts of a draft name, with what they say of each."""
    found: dict[str, InvoiceThen] = {}
    for fact in facts:
        if not fact.source.startswith(_INVOICE):
            continue
        number = fact.source.removeprefix(_INVOICE)
        then = found.setdefault(number, InvoiceThen(number))
        what = fact.name.removeprefix(ATTACHED).removeprefix("invoice_")
        if what in LIVING:
            found[number] = replace(then, **{what: fact.value})
    return tuple(found.values())


def facts_of(statement: AccountStatement) -> tuple[DraftFact, ...]:
    """What an attached statement says of each invoice, so that it is held against the ledger as the text is."""
    return tuple(
        DraftFact(f"{ATTACHED}{what}", living(one.invoice), f"{_INVOICE}{one.invoice.number}")
        for one in statement.owed
        for what, living in LIVING.items()
    )


def why_not_remind(invoice: Invoice, holds: Mapping[str, str]) -> str | None:
    """Why nobody may be reminded of this invoice now. `holds` are reasons by invoice number."""
    if invoice.status in ENDED:
        return f"invoice {invoice.number} {ENDED[invoice.status]}"
    if invoice.balance.amount <= 0:
        return f"invoice {invoice.number} has nothing left to pay"
    held = holds.get(invoice.number)
    return f"invoice {invoice.number} is on hold: {held}" if held else None
