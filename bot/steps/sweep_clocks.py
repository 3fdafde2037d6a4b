"""Clocks → warnings. Makes the clocks of what changed, tells people of those that are due, and touches nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.desk import work_item
from bot.desk.clock import Clock, ClockState, clocks_of
from bot.desk.escalation import Notice, Warned, climb, notices, over_the_cap, people_for
from bot.desk.history import History
from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.sla import SlaPolicy
from bot.desk.urgency import rank_of
from bot.desk.work_item import ItemState, WorkItem, number_of
from bot.ports import Clock as TheClock
from bot.repositories import Store, UnitOfWork
from bot.stored import Clocked, ClockRow, NewNotice, NoticeLine

BATCH = 500
_POLICY_MARK = "sla_policy"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many items were looked at, and how many notices were written."""

    items: int = 0
    notices: int = 0


def sweep_clocks(*, store: Store, clock: TheClock, policy: SlaPolicy, zone: ZoneInfo) -> Swept:
    """One batch. Where `items` is 0 nothing is left to do."""
    now = clock.now()
    with store.look() as uow:
        # Mostly there is nothing, and then nobody who writes is held up.
        if uow.clocks.mark(_POLICY_MARK) == policy.version and not _wanted(uow, now, zone):
            return Swept()
    with store.begin() as uow:
        if uow.clocks.mark(_POLICY_MARK) != policy.version:
            uow.clocks.restart_all()
            uow.clocks.set_mark(_POLICY_MARK, policy.version, now)
        _reopen_agreed(uow, now, zone)
        uow.commit()
    # A transaction of its own: the clocks are read back from the record, which is written at the commit.
    with store.begin() as uow:
        ids = list(dict.fromkeys(_wanted(uow, now, zone)))[:BATCH]
        written = _renew(uow, ids, policy, now, zone)
        uow.commit()
    return Swept(len(ids), written)


def _wanted(uow: UnitOfWork, now: datetime, zone: ZoneInfo) -> list[int]:
    today = now.astimezone(zone).date()
    return [*uow.clocks.unclocked(BATCH), *uow.clocks.due(now, BATCH), *uow.clocks.agreed(today, BATCH)]


def _reopen_agreed(uow: UnitOfWork, now: datetime, zone: ZoneInfo) -> None:
    """The agreed day has come: the item is back in its queue."""
    for item_id in uow.clocks.agreed(now.astimezone(zone).date(), BATCH):
        item = uow.items.get(item_id)
        if item.state is not ItemState.WAITING:
            continue
        before = {"state": item.state.value, "waiting_until": str(item.waiting_until)}
        after = work_item.reopen(item)
        uow.items.save(after)
        told = {"state": after.state.value, "waiting_until": ""}
        uow.record.add(RecordEntry(now, THE_DESK, "reopened", item.number, before, told))


def _renew(uow: UnitOfWork, ids: Sequence[int], policy: SlaPolicy, now: datetime, zone: ZoneInfo) -> int:
    known = uow.clocks.rows(ids)
    rows: list[ClockRow] = []
    items: dict[int, Clocked] = {}
    warnings: list[tuple[str, Warned]] = []
    for item, history in uow.clocks.histories(ids, with_amounts=True):
        clocks = clocks_of(history, policy, now)
        items[item.item_id] = Clocked(item.version, _due_at(clocks), rank_of(history, policy), history.at_stake)
        for clock in clocks:
            row, told = _row(item, history, clock, known.get((item.item_id, clock.kind)), policy, now)
            rows.append(row)
            warnings += told
    uow.clocks.save(items, rows)
    return _write(uow, notices(warnings), policy, now, zone)


def _due_at(clocks: Iterable[Clock]) -> datetime | None:
    """When the next thing of an item is due that is still to be done."""
    living = (one.due_at for one in clocks if one.state in (ClockState.RUNNING, ClockState.PAUSED))
    return min((due for due in living if due is not None), default=None)


def _row(
    item: WorkItem, history: History, clock: Clock, known: ClockRow | None, policy: SlaPolicy, now: datetime
) -> tuple[ClockRow, list[tuple[str, Warned]]]:
    # The same clock goes on where it was. One with another start is another clock, such as the wait for a next update.
    is_same = known is not None and known.started_at == clock.started_at and known.rule == clock.rule
    reached = known.reached if known is not None and is_same else 0
    climbed = climb(clock, policy.ladder, reached, now)
    row = ClockRow(
        item.item_id,
        clock.kind,
        clock.rule,
        clock.started_at,
        clock.due_at,
        clock.stopped_at,
        clock.state,
        climbed.reached,
        climbed.next_at,
    )
    if climbed.step is None:
        return row, []
    warned = Warned(item.item_id, clock.kind, climbed.step.name, clock.due_at)
    return row, [(person, warned) for person in people_for(climbed.step, history.standing(now), policy)]


def _write(uow: UnitOfWork, found: Sequence[Notice], policy: SlaPolicy, now: datetime, zone: ZoneInfo) -> int:
    if not found:
        return 0
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    today: Mapping[str, int] = uow.clocks.notices_since(midnight)
    for notice in found:
        joins = midnight if over_the_cap(notice.person, today, policy) else None
        lines = tuple(NoticeLine(number_of(one.item_id), one.step, one.kind, one.due_at) for one in notice.warned)
        uow.clocks.add_notice(NewNotice(notice.person, lines), now, joins)
    return len(found)
