"""A person's hold on an invoice: nobody is reminded of it, until a day or until it is ended."""

from __future__ import annotations

from bot.desk.record import RecordEntry
from bot.errors import NotFoundError, RuleViolationError
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.persons import known_person
from bot.stored import Hold


def hold_invoice(hold: Hold, *, store: Store, clock: Clock) -> None:
    """In place of the hold that the invoice has. Raises RuleViolationError, and NotFoundError for no such invoice."""
    now = clock.now()
    if not hold.reason.strip():
        raise RuleViolationError("say why the invoice is on hold")
    if hold.until is not None and hold.until < now.date():
        raise RuleViolationError(f"{hold.until} is past")
    with store.begin() as uow:
        known_person(uow, hold.set_by)
        known_person(uow, hold.owner)
        if hold.invoice_number not in uow.reminders.invoices([hold.invoice_number]):
            raise NotFoundError(f"the ledger has no invoice {hold.invoice_number}")
        uow.reminders.hold(hold, now)
        after = {"reason": hold.reason, "owner": hold.owner, "until": str(hold.until or "")}
        uow.record.add(RecordEntry(now, hold.set_by, "held", f"invoice:{hold.invoice_number}", {}, after))
        uow.commit()


def end_hold(invoice_number: str, person: str, *, store: Store, clock: Clock) -> None:
    now = clock.now()
    with store.begin() as uow:
        known_person(uow, person)
        if not uow.reminders.end_hold(invoice_number, now):
            raise NotFoundError(f"invoice {invoice_number} is on no hold")
        uow.record.add(RecordEntry(now, person, "hold_ended", f"invoice:{invoice_number}"))
        uow.commit()
