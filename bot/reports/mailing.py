"""When a report is mailed: at set hours on set days, and a missed time is caught up once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

# What was missed for longer is history: the next one tells it anyway.
CAUGHT_UP_WITHIN = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Mailing:
    """`days` are weekdays, Monday being 0. `reader` is the user whose view of figures by person it has, "" for none."""

    slug: str
    report: str
    to: tuple[str, ...]
    at: time
    days: frozenset[int]
    reader: str = ""

    def due_at(self, now: datetime, zone: tzinfo) -> datetime | None:
        """The newest moment for which it is to be sent, in UTC; None where that is long past. Several are merged."""
        today = now.astimezone(zone).date()
        for back in range(2):
            day = today - timedelta(days=back)
            moment = datetime.combine(day, self.at, zone).astimezone(UTC)
            if day.weekday() in self.days and moment <= now:
                return moment if now - moment < CAUGHT_UP_WITHIN else None
        return None
