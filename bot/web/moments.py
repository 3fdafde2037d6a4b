"""Times as clerks read them: in the reader's own zone, with the customer's and UTC at hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def clock_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Such as `Today 9:05 AM`, `Mon Nov 23, 4:10 PM` or, in another year, `Nov 23, 2025, 4:10 PM`."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    hour = f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"
    if local.date() == today.date():
        return f"Today {hour}"
    if local.year == today.year:
        return f"{local:%a} {local:%b} {local.day}, {hour}"
    return f"{local:%b} {local.day}, {local.year}, {hour}"


def day(on: date, today: date) -> str:
    """Such as `Nov 3` or, in another year, `Nov 3, 2025`."""
    return f"{on:%b} {on.day}" if on.year == today.year else f"{on:%b} {on.day}, {on.year}"


def moment(at: datetime | None, zone: ZoneInfo, now: datetime, customer: ZoneInfo | None = None) -> Markup:
    """On hover: what the customer's clock showed, where it is known to differ from the reader's, and UTC."""
    if at is None:
        return Markup('<span class="quiet">never</span>')
    utc = at.astimezone(UTC)
    differs = customer is not None and utc.astimezone(customer).utcoffset() != utc.astimezone(zone).utcoffset()
    theirs = (
        f"{clock_time(at, customer, now)} for the customer ({place(customer.key)}), " if customer and differs else ""
    )
    return Markup('<time datetime="{}" title="{}{} UTC">{}</time>').format(
        utc.isoformat(timespec="seconds"), theirs, f"{utc:%Y-%m-%d %H:%M}", clock_time(at, zone, now)
    )


def place(zone: str) -> str:
    """New York for America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def span(length: timedelta) -> str:
    """A length in its largest unit: 5 min, 3 h, 12 d."""
    if length >= 2 * _DAY:
        return f"{length // _DAY} d"
    if length >= _HOUR:
        return f"{length // _HOUR} h"
    return f"{max(0, length // timedelta(minutes=1))} min"


def due(at: datetime, now: datetime) -> str:
    return f"due in {span(at - now)}" if at > now else f"late by {span(now - at)}"
