"""The clocks of one item, read back from its record, and the notices of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from bot.desk.clock import Clock, Interval, clocks_of, explain
from bot.desk.history import as_of
from bot.desk.sla import SlaPolicy
from bot.desk.user import User
from bot.store import clock_tables as c
from bot.store.clocks import histories, told
from bot.store.engine import reading


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock with the intervals that its figure is made of."""

    clock: Clock
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    subject: str
    what: str
    detail: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownNotice:
    notice_id: int
    person: str
    written_at: datetime
    is_new: bool
    lines: tuple[ShownLine, ...]


def item_clocks(engine: Engine, item_id: int, policy: SlaPolicy, now: datetime) -> tuple[ShownClock, ...]:
    """As they stand at `now`, which may be a past moment."""
    with reading(engine) as connection:
        ((_, history),) = histories(connection, [item_id], with_amounts=policy.asks_amounts)
    found = clocks_of(as_of(history, now), policy, now)
    return tuple(ShownClock(clock, tuple(explain(clock, now))) for clock in found)


def notices_of(engine: Engine, user: User, limit: int = 50) -> list[ShownNotice]:
    """Those for the person and those for everybody, newest first."""
    held = c.notice.c
    query = select(c.notice).where(told(user)).order_by(held.id.desc()).limit(limit)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
        wanted = select(c.notice_line).where(c.notice_line.c.notice_id.in_([row.id for row in rows]))
        lines: dict[int, list[ShownLine]] = {}
        for row in connection.execute(wanted.order_by(c.notice_line.c.id)):
            lines.setdefault(row.notice_id, []).append(ShownLine(row.subject, row.what, row.detail, row.due_at))
    return [
        ShownNotice(row.id, row.person, row.written_at, row.seen_at is None, tuple(lines.get(row.id, ())))
        for row in rows
    ]
