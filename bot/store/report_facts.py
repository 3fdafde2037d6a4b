"""What reports are made of, read back from the record as it was at a past moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, or_, select

from bot.desk.clock import clocks_of
from bot.desk.history import History, as_of
from bot.desk.sla import SlaPolicy
from bot.desk.work_item import ItemState, WorkItem
from bot.reports.facts import Facts, HeldFacts, ItemFacts, Sorting
from bot.store import tables as t
from bot.store.clocks import histories
from bot.store.engine import reading
from bot.store.ledger_tables import customer
from bot.store.report_events import drafts_decided, happenings
from bot.store.statement import ListStatement, in_parts

_UNDONE = (ItemState.OPEN, ItemState.WAITING)
_FIRST_VERDICTS = ListStatement(
    lambda keys: (
        select(
            t.work_item_message.c.work_item_id,
            t.message.c.id,
            # Of the verdict only what is asked for: its evidence and facts are most of it.
            t.message.c.verdict["category"].as_string().label("category"),
            t.message.c.verdict["best"].as_string().label("best"),
            t.message.c.verdict["probability"].as_float().label("probability"),
        )
        .join_from(t.work_item_message, t.message, t.message.c.id == t.work_item_message.c.message_id)
        .where(t.work_item_message.c.work_item_id.in_(keys), t.message.c.direction == "inbound")
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which span a report tells of, and how far back it looks."""

    since: datetime
    history_since: datetime
    moment: datetime


def report_facts(
    engine: Engine, policy: SlaPolicy, asked: Asked, mailboxes: Sequence[str], titles: Mapping[str, str]
) -> Facts:
    """One reading of everything, so that no figure is younger than another."""
    with reading(engine) as connection:
        return Facts(
            since=asked.since,
            as_of=asked.moment,
            history_since=asked.history_since,
            items=tuple(_items(connection, policy, asked)),
            drafts=tuple(drafts_decided(connection, asked.since, asked.moment)),
            happenings=tuple(happenings(connection, asked.since, asked.moment, mailboxes)),
            held=tuple(_held(connection, asked.since, asked.moment)),
            mailboxes=tuple(mailboxes),
            titles=titles,
        )


def _items(connection: Connection, policy: SlaPolicy, asked: Asked) -> Iterator[ItemFacts]:
    """Every item that was open at the moment, or came in or ended since the report looks back."""
    item = t.work_item.c
    # What ended before is of no report; what was opened again meanwhile has no end.
    alive = or_(item.resolved_at.is_(None), item.resolved_at > asked.history_since)
    query = select(item.id, item.resolved_at).where(item.opened_at <= asked.moment, alive)
    rows = connection.execute(query.order_by(item.id)).all()
    names = {row.number: row.name for row in connection.execute(select(customer.c.number, customer.c.name))}
    answered = _answered_since(connection, asked.since)
    # Most ended before the time of the report and tell of past weeks alone: no promise of theirs is asked for.
    living = {row.id for row in rows if row.resolved_at is None or row.resolved_at > asked.since} | answered
    for part in in_parts([row.id for row in rows]):
        found = [
            *histories(connection, [one for one in part if one not in living], with_amounts=False),
            *histories(connection, [one for one in part if one in living], with_amounts=policy.asks_amounts),
        ]
        sorted_as = _sortings(connection, part)
        for one, whole in sorted(found, key=lambda pair: pair[0].item_id):
            yield _item(one, as_of(whole, asked.moment), sorted_as.get(one.item_id), names, policy, asked)


def _answered_since(connection: Connection, since: datetime) -> set[int]:
    link = t.draft_work_item.c
    query = select(link.work_item_id).join_from(t.draft_work_item, t.outbox, t.outbox.c.draft_id == link.draft_id)
    return set(connection.scalars(query.where(t.outbox.c.sent_at > since)))


def _item(
    one: WorkItem,
    history: History,
    sorting: Sorting | None,
    names: Mapping[str, str],
    policy: SlaPolicy,
    asked: Asked,
) -> ItemFacts:
    last = history.standings[-1]
    # Clocks cost more than all the rest, and no report asks for those that ended before its time.
    lives = last.state in _UNDONE or last.since > asked.since or any(at > asked.since for at in history.sent)
    clocks = tuple(clocks_of(history, policy, asked.moment)) if lives else ()
    return ItemFacts(history, clocks, one.subject, names.get(one.customer_number or "", ""), sorting)


def _sortings(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sorting]:
    """What was said of the first message of each item."""
    first: dict[int, Any] = {}
    for row in _FIRST_VERDICTS.rows(connection, ids):
        known = first.get(row.work_item_id)
        if row.category is not None and (known is None or row.id < known.id):
            first[row.work_item_id] = row
    return {item_id: Sorting(row.category, row.best, float(row.probability)) for item_id, row in first.items()}


def _held(connection: Connection, since: datetime, moment: datetime) -> Iterator[HeldFacts]:
    """What lay in quarantine at the moment, came in, or was let go since."""
    held = t.quarantine.c
    query = (
        select(held.id, held.mailbox, held.reason, held.held_at, held.released_at)
        .where(held.held_at <= moment, or_(held.released_at.is_(None), held.released_at > since))
        .order_by(held.id)
    )
    for row in connection.execute(query):
        released = row.released_at if row.released_at is not None and row.released_at <= moment else None
        yield HeldFacts(row.id, row.mailbox, row.reason, row.held_at, released)
