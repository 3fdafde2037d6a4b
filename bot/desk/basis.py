"""What of the ledger a draft rests on, and whether it is still so: nothing leaves on old figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.desk.reply_facts import clean_value
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known

# What of an invoice changes by itself. A reply rests on what the ledger said, a reminder on what it says itself.
LIVING: Mapping[str, Callable[[Invoice], str]] = {
    "status": lambda invoice: invoice.status,
    "balance": lambda invoice: str(invoice.balance),
    "amount": lambda invoice: str(invoice.amount),
}
# How an invoice ends that nobody may be asked to pay any more.
ENDED = {"paid": "was paid", "disputed": "is disputed", "credited": "was credited", "void": "was cancelled"}


@dataclass(frozen=True, slots=True)
class InvoiceThen:
    """What a draft rests on of one invoice; "" where it does not rest on that."""

    number: str
    status: str = ""
    balance: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """The account, the address that belonged to it, and its invoices that the message names."""

    customer_number: str
    address: str
    invoices: tuple[InvoiceThen, ...] = ()


def basis_of(known: Known, address: str) -> Basis | None:
    """None where no account is known: then the draft says nothing that the ledger could change."""
    if known.customer is None:
        return None
    return Basis(known.customer.number, address, tuple(_then(row) for row in known.invoices))


def _then(row: Invoice) -> InvoiceThen:
    return InvoiceThen(row.number, row.status, str(row.balance))


def address_changed(basis: Basis, owner: str | None) -> str:
    """A clause where the address belongs to another account by now, `owner`, or to none; else ""."""
    if not basis.address or owner == basis.customer_number:
        return ""
    return f"{basis.address} does not belong to account {basis.customer_number} any more"


def what_changed(then: Iterable[InvoiceThen], now: Mapping[str, Invoice]) -> list[str]:
    """A clause for each invoice of which the ledger no longer shows what the draft rests on; empty where all is so."""
    return [change for one in then if (change := _change(one, now.get(one.number)))]


def _change(then: InvoiceThen, invoice: Invoice | None) -> str:
    if invoice is None:
        return f"invoice {then.number} is no longer in the ledger for this account"
    changed = [
        what
        for what, living in LIVING.items()
        if (said := getattr(then, what)) and clean_value(living(invoice)) != clean_value(said)
    ]
    if not changed:
        return ""
    if invoice.status in ENDED and changed != ["amount"]:
        return f"invoice {invoice.number} {ENDED[invoice.status]} since this was written"
    what = changed[0]
    return f"invoice {invoice.number}: its {what} is {LIVING[what](invoice)} now, and was {getattr(then, what)}"
