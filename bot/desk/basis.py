"""What the ledger said when a draft was written, and what has changed since: no answer leaves on old figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known


@dataclass(frozen=True, slots=True)
class InvoiceThen:
    number: str
    status: str
    balance: str


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


def what_changed(basis: Basis, invoices: Iterable[Invoice], owner: str | None) -> tuple[str, ...]:
    """One clause for each change. `owner` is the account that the address belongs to now."""
    now = {row.number: row for row in invoices}
    changes = [change for then in basis.invoices if (change := _change(then, now.get(then.number)))]
    if basis.address and owner != basis.customer_number:
        changes.insert(0, f"{basis.address} does not belong to account {basis.customer_number} any more")
    return tuple(changes)


def _change(then: InvoiceThen, row: Invoice | None) -> str:
    if row is None:
        return f"{then.number} is not on the account any more"
    if row.status != then.status:
        return f"{row.number} was {then.status} and is {row.status} now"
    if str(row.balance) != then.balance:
        is_paid = row.balance.amount == 0
        return f"{row.number} was paid" if is_paid else f"{row.number} owed {then.balance} and owes {row.balance} now"
    return ""
