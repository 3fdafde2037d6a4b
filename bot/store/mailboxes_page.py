"""How far the desk has read each mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from bot.store import tables as t
from bot.store.engine import reading


@dataclass(frozen=True, slots=True)
class NewestMail:
    """The message that was read last: when it came to the server, and when the desk stored it."""

    received_at: datetime
    seen_at: datetime

    @property
    def lag(self) -> timedelta:
        """Never negative: the server's clock may be ahead of ours."""
        return max(self.seen_at - self.received_at, timedelta(0))


def newest_mail(engine: Engine, mailboxes: Iterable[str]) -> Mapping[str, NewestMail]:
    """By mailbox; one from which nothing was read has none."""
    delivery = t.delivery.c
    found: dict[str, NewestMail] = {}
    with reading(engine) as connection:
        for slug in mailboxes:
            query = select(delivery.received_at, delivery.seen_at).where(delivery.mailbox == slug)
            row = connection.execute(query.order_by(delivery.id.desc()).limit(1)).one_or_none()
            if row is not None:
                found[slug] = NewestMail(row.received_at, row.seen_at)
    return found
