"""What happens in the quarter: letters, invoices and outages. The same seed gives the same quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
FIRST, DAYS = date(2026, 9, 28), 91
# Hours of New York at which the desk does a round; the first brings the ledger, the last the summary.
HOURS = range(8, 21)
OUTAGES = (
    (datetime(2026, 10, 14, 16, tzinfo=UTC), datetime(2026, 10, 14, 21, tzinfo=UTC)),
    (datetime(2026, 11, 9, 12, tzinfo=UTC), datetime(2026, 11, 11, 3, tzinfo=UTC)),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One customer writes. `takes` is how long staff need from then, None where they never get to it."""

    number: int
    at: datetime
    customer: int
    category: str
    invoice: str
    takes: timedelta | None


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice. From `ends_on` on the ledger calls it `status`; None: it stays open."""

    number: str
    customer: int
    due_on: date
    cents: int
    ends_on: date | None
    status: str

    def status_on(self, day: date) -> str:
        return self.status if self.ends_on is not None and day >= self.ends_on else "open"


@dataclass(frozen=True, slots=True)
class Script:
    letters: tuple[Letter, ...]
    bills: tuple[Bill, ...]
    days: int = DAYS

    @property
    def rounds(self) -> list[datetime]:
        """Every moment at which the desk does a round, in UTC; none while it is down."""
        days = [FIRST + timedelta(days=number) for number in range(self.days)]
        all_of_them = [
            datetime(day.year, day.month, day.day, hour, tzinfo=NEW_YORK).astimezone(UTC)
            for day in days
            for hour in HOURS
        ]
        return [at for at in all_of_them if not any(begins <= at < ends for begins, ends in OUTAGES)]


def write(messages: int, customers: int, *, days: int = DAYS, seed: int = 1) -> Script:
    chance = Random(seed)  # noqa: S311 (no secret)
    bills = [_bill(chance, number, customers) for number in range(customers * 6)]
    begins = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    minutes = sorted(chance.randrange((days - 2) * 1440) for _ in range(messages))
    letters = [_letter(chance, number, begins + timedelta(minutes=at), bills) for number, at in enumerate(minutes)]
    return Script(tuple(letters), tuple(bills), days)


def _bill(chance: Random, number: int, customers: int) -> Bill:
    due_on = FIRST + timedelta(days=chance.randrange(-40, 80))
    end = chance.choice(("paid", "paid", "disputed", "credited", ""))
    ends_on = due_on + timedelta(days=chance.randrange(-5, 60)) if end else None
    return Bill(f"INV-{10_000 + number}", number % customers, due_on, chance.randrange(100, 900_000), ends_on, end)


def _letter(chance: Random, number: int, at: datetime, bills: list[Bill]) -> Letter:
    bill = chance.choice(bills)
    takes = timedelta(minutes=chance.randrange(30, 6000)) if chance.random() < 0.95 else None
    category = chance.choice(("dispute/price", "po_verification/verify"))
    return Letter(number, at, bill.customer, category, bill.number, takes)
