"""Mail of the past as it was understood, page by page: for looking at it anew. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from bot.desk.work_item import number_of
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.messages import understood
from bot.stored import InboundRow

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PastMessage:
    """`item` is the first work item of the message, "" where it has none."""

    stored: InboundRow
    received_at: datetime
    item: str


def past_mail(engine: Engine, since: datetime) -> Iterator[list[PastMessage]]:
    """Messages that came in from then on and were sorted, oldest first, in pages."""
    message, link = t.message.c, t.work_item_message.c
    first = select(func.min(link.work_item_id)).where(link.message_id == message.id).scalar_subquery()
    query = (
        select(t.message, first.label("item_id"))
        .where(message.direction == "inbound", message.received_at >= since, message.verdict.is_not(None))
        .order_by(message.id)
        .limit(AT_ONCE)
    )
    after = 0
    while True:
        with reading(engine) as connection:
            rows = connection.execute(query.where(message.id > after)).all()
        if not rows:
            return
        after = rows[-1].id
        pairs = [(understood(row), row) for row in rows]
        yield [
            PastMessage(stored, row.received_at, number_of(row.item_id) if row.item_id else "")
            for stored, row in pairs
            if stored is not None
        ]
