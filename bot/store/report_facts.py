"""What reports are made of, read back from the record as it was at a past moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, or_, select

from bot.desk.clock import clocks_of
from bot.desk.history import as_of
from bot.desk.sla import SlaPolicy
from bot.reports.sla_summary import ItemFacts
from bot.store import tables as t
from bot.store.clocks import histories
from bot.store.engine import reading
from bot.store.ledger_tables import customer
from bot.store.statement import in_parts


def sla_facts(engine: Engine, policy: SlaPolicy, since: datetime, moment: datetime) -> list[ItemFacts]:
    """Every item that was open at `moment`, or came in or ended since `since`."""
    item = t.work_item.c
    # What ended before is of no report; what was opened again meanwhile has no end.
    alive = or_(item.resolved_at.is_(None), item.resolved_at > since)
    query = select(item.id).where(item.opened_at <= moment, alive).order_by(item.id)
    found: list[ItemFacts] = []
    with reading(engine) as connection:
        rows = connection.execute(select(customer.c.number, customer.c.name))
        names = {row.number: row.name for row in rows}
        ids = list(connection.scalars(query))
        for part in in_parts(ids):
            for one, whole in histories(connection, part, with_amounts=policy.asks_amounts):
                history = as_of(whole, moment)
                clocks = tuple(clocks_of(history, policy, moment))
                found.append(ItemFacts(one.number, history, clocks, names.get(one.customer_number or "", "")))
    return found
