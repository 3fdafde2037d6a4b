"""What happens in the quarter: letters, bounces, invoices, certificates and outages, the same for the same seed."""

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
STATES = ("TX", "OH", "CA")


@dataclass(frozen=True, slots=True)
class Letter:
    """One customer writes. `takes` is how long staff need from then, None where they never get to it. Where `asks` is
    set, staff ask the customer something after that time, and the customer never answers."""

    number: int
    at: datetime
    customer: int
    category: str
    invoice: str
    takes: timedelta | None
    asks: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """An invoice that the ERP had mailed comes back from the customer's address."""

    number: int
    at: datetime
    customer: int


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
class Exemption:
    """A tax-exemption certificate."""

    number: str
    customer: int
    state: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Script:
    letters: tuple[Letter, ...]
    bills: tuple[Bill, ...]
    bounces: tuple[Bounce, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    days: int = DAYS

    @property
    def customers(self) -> list[int]:
        return sorted({bill.customer for bill in self.bills})

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


def is_on_paper(customer: int) -> bool:
    return customer % 7 == 3


def write(messages: int, customers: int, *, days: int = DAYS, seed: int = 1) -> Script:
    """A sixth of the messages are one for each invoice that there is, so that not every invoice is contested."""
    chance = Random(seed)  # noqa: S311 (no secret)
    bills = [_bill(chance, number, customers) for number in range(max(customers * 6, messages // 6))]
    begins = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    minutes = sorted(chance.randrange((days - 2) * 1440) for _ in range(messages))
    came = [(number, begins + timedelta(minutes=at)) for number, at in enumerate(minutes)]
    return Script(
        letters=tuple(_letter(chance, number, at, bills) for number, at in came if number % 50),
        bills=tuple(bills),
        bounces=tuple(Bounce(number, at, chance.randrange(customers)) for number, at in came if not number % 50),
        exemptions=tuple(_exemption(chance, number, customers) for number in range(customers)),
        days=days,
    )


def _bill(chance: Random, number: int, customers: int) -> Bill:
    due_on = FIRST + timedelta(days=chance.randrange(-60, 80))
    end = chance.choice(("paid", "paid", "disputed", "credited", ""))
    ends_on = due_on + timedelta(days=chance.randrange(-5, 60)) if end else None
    cents = chance.randrange(100, 900_000) if chance.random() < 0.9 else chance.randrange(1_000_000, 5_000_000)
    return Bill(f"INV-{10_000 + number}", number % customers, due_on, cents, ends_on, end)


def _exemption(chance: Random, number: int, customers: int) -> Exemption:
    expires_on = FIRST + timedelta(days=chance.randrange(150))
    return Exemption(f"CERT-{number}", number % customers, chance.choice(STATES), expires_on)


def _letter(chance: Random, number: int, at: datetime, bills: list[Bill]) -> Letter:
    bill = chance.choice(bills)
    takes = timedelta(minutes=chance.randrange(30, 6000)) if chance.random() < 0.95 else None
    category = chance.choice(("dispute/price", "po_verification/verify"))
    if chance.random() < 0.02:
        asks = timedelta(minutes=chance.randrange(30, 3000))
        takes = asks + timedelta(days=chance.randrange(2, 40)) if takes is not None else None
        return Letter(number, at, bill.customer, category, bill.number, takes, asks)
    return Letter(number, at, bill.customer, category, bill.number, takes)
