"""Where a message and the ledger say different things: what a person looks at before they answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from bot.desk.verdict import Verdict
from bot.ledger.lookup import Known, number_key
from bot.ledger.money import Money

# Where a number stands as somebody wrote it.
_TEXTS = ("subject", "newest_text", "quoted_text")


def doubts(verdict: Verdict, known: Known) -> Mapping[str, str]:
    """By value as the verdict has it: what speaks against it. Values that nothing can be held against are not named."""
    found = _written_otherwise(verdict)
    for number in known.unknown_numbers:
        found[number] = "the ledger does not have it"
    for number in known.foreign_numbers:
        found[number] = "it belongs to another account"
    for number in verdict.values("po"):
        if number not in found and (against := _against_po(number, known)):
            found[number] = against
    for amount in verdict.values("amount"):
        if against := _against_amount(amount, verdict.currency, known):
            found[amount] = against
    return found


def _written_otherwise(verdict: Verdict) -> dict[str, str]:
    """Numbers that the message has short or with a slip, and that are told as the account has them."""
    return {
        fact.value: f"the message says {fact.text}"
        for fact in verdict.facts
        if fact.kind in ("invoice", "po") and fact.field in _TEXTS and number_key(fact.text) != number_key(fact.value)
    }


def _against_po(number: str, known: Known) -> str:
    """The invoices that are named carry another PO, and so do the orders."""
    on_orders = {number_key(row.po_number) for row in known.orders} | {number_key(row.number) for row in known.orders}
    on_invoices = {number_key(row.po_number) for row in known.invoices}
    if number_key(number) in on_orders | on_invoices:
        return ""
    others = [f"{row.number} has PO {row.po_number}" for row in known.invoices if row.po_number]
    return f"in the ledger {', '.join(others)}" if others else ""


def _against_amount(amount: str, currency: str, known: Known) -> str:
    """The sender need not mean the whole of an invoice, so this only says that it is none of the sums on file."""
    try:
        meant = Money(Decimal(amount), currency or "USD")
    except InvalidOperation:
        return ""
    on_file = _sums(known)
    if not on_file or meant in on_file:
        return ""
    rows = [f"{row.number} is over {row.amount}" for row in known.invoices]
    rows += [f"order {row.number} is over {row.total}" for row in known.orders]
    return f"in the ledger {', '.join(rows[:3])}"


def _sums(known: Known) -> set[Money]:
    sums: set[Money] = {row.total for row in known.orders}
    for row in known.invoices:
        sums |= {row.amount, row.balance, Money(row.amount.amount - row.balance.amount, row.amount.currency)}
        if row.tax is not None:
            sums |= {row.tax, Money(row.amount.amount - row.tax.amount, row.amount.currency)}
    for currency in {row.amount.currency for row in known.invoices}:
        rows = [row for row in known.invoices if row.amount.currency == currency]
        sums.add(Money(sum((row.amount.amount for row in rows), Decimal(0)), currency))
        sums.add(Money(sum((row.balance.amount for row in rows), Decimal(0)), currency))
    return sums
