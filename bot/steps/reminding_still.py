"""What a reminder says of the ledger, read anew before approval and sending. Replies have their second look."""

from __future__ import annotations

from datetime import date

from bot.desk.basis import what_changed
from bot.desk.draft import INSIDE, REMINDER, Draft
from bot.desk.still_true import invoices_then, why_not_remind
from bot.ledger.lookup import number_key
from bot.repositories import UnitOfWork


def why_not_remind_now(uow: UnitOfWork, draft: Draft, today: date) -> str:
    """Why this reminder may not leave as it stands, "" where it may; a draft of another kind always may.

    It must not remind of what was paid, disputed, credited or promised since, nor name what the ledger shows otherwise,
    and saving it anew does not change that.
    """
    then = invoices_then(draft.facts) if draft.kind in (REMINDER, INSIDE) else ()
    if not then:
        return ""
    invoices = uow.reminders.invoices([one.number for one in then])
    said = what_changed(then, invoices)
    by_key = uow.reminders.holds({one.customer_number for one in invoices.values()}, today)
    holds = {number: by_key[key] for number in invoices if (key := number_key(number)) in by_key}
    said += [why for one in invoices.values() if (why := why_not_remind(one, holds)) is not None]
    return "; ".join(dict.fromkeys(said))
