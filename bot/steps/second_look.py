"""A second look at the ledger and at the addresses, before approval and once more before sending."""

from __future__ import annotations

from bot.desk.basis import Basis, InvoiceThen, address_changed, what_changed
from bot.desk.draft import Draft
from bot.mail.address import Address
from bot.repositories import UnitOfWork


def what_is_new(uow: UnitOfWork, draft: Draft) -> tuple[str, ...]:
    """What the ledger says otherwise than when the draft was written. Told once: it then stands on what is now."""
    basis = draft.basis
    if basis is None:
        return ()
    customer = uow.ledger.customer(basis.customer_number)
    found = uow.ledger.lookup(customer, [then.number for then in basis.invoices], ()) if basis.invoices else None
    rows = found.invoices if found is not None else ()
    owner = uow.ledger.customer_of_sender(Address("", basis.address)) if basis.address else None
    moved = address_changed(basis, owner.number if owner is not None else None)
    changes = (*([moved] if moved else []), *what_changed(basis.invoices, {row.number: row for row in rows}))
    if changes:
        numbers = {then.number for then in basis.invoices}
        now = tuple(InvoiceThen(row.number, row.status, str(row.balance)) for row in rows if row.number in numbers)
        address = basis.address if owner is not None and owner.number == basis.customer_number else ""
        uow.drafts.set_basis(draft.draft_id, Basis(basis.customer_number, address, now))
    return changes


def came_back(uow: UnitOfWork, draft: Draft) -> str:
    """Why one of its recipients must not be written to now, "" where all may."""
    suspects = uow.tasks.suspects([*draft.text.to, *draft.text.cc])
    return "; ".join(f"{address}: {reason}" for address, reason in suspects.items())
