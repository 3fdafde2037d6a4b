"""The sample ledger. Every customer has the same ten places for invoices, so that letters can rely on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from bot.demo.customer_list import OWN_DOMAIN, Profile, profiles
from bot.errors import NotFoundError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.ledger.order import Order

_SEED = 20260301
_TAX = {
    "OR": "0",
    "MT": "0",
    "NH": "0",
    "DE": "0",
    "CA": "7.25",
    "IN": "7",
    "TN": "7",
    "CO": "2.9",
    "LA": "5",
    "ME": "5.5",
}
_USUAL_TAX = "6"
_FIRST_INVOICE, _FIRST_ORDER = 204117, 77031
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Place:
    """One of the ten invoices of each customer. It is due in `due_days`, or after `due_share` of the terms from now."""

    status: str
    due_days: int = 0
    due_share: float = 0.0
    has_po: bool = True


# The first is past due and has an order behind it, the second lacks its PO, the third carries tax whoever buys, the
# fourth can be large.
_PLACES = (
    _Place("open", -22),
    _Place("open", -4, has_po=False),
    _Place("open", due_share=0.3),
    _Place("open", due_share=0.7),
    _Place("disputed", -41),
    _Place("credited", -58),
    _Place("paid", -190),
    _Place("paid", -131),
    _Place("paid", -72),
    _Place("paid", -15),
)
_TAXED_PLACE, _LARGE_PLACE, _DISPUTED_PLACE = 2, 3, 4


@dataclass(frozen=True, slots=True)
class SampleLedger:
    """What `sample_ledger` made. The finders take a customer's name and count from 0, the earliest due first."""

    customers: tuple[Customer, ...]
    invoices: tuple[Invoice, ...]
    orders: tuple[Order, ...]
    certificates: tuple[Certificate, ...]

    def customer(self, name: str) -> Customer:
        for customer in self.customers:
            if customer.name == name:
                return customer
        raise NotFoundError(f"The sample ledger has no customer {name!r}.")

    def invoices_of(self, name: str, status: str) -> list[Invoice]:
        number = self.customer(name).number
        own = [row for row in self.invoices if row.customer_number == number and row.status == status]
        return sorted(own, key=lambda row: (row.due_on, row.number))

    def open_invoice_of(self, name: str, index: int) -> Invoice:
        return self.invoices_of(name, "open")[index]

    def paid_invoice_of(self, name: str, index: int) -> Invoice:
        return self.invoices_of(name, "paid")[index]

    def order_of(self, name: str, index: int) -> Order:
        """0 has a verified PO and an invoice, 1 a PO to verify, 2 none, 3 a rejected one."""
        number = self.customer(name).number
        return [row for row in self.orders if row.customer_number == number][index]

    def certificate_of(self, name: str, index: int = 0) -> Certificate:
        number = self.customer(name).number
        return [row for row in self.certificates if row.customer_number == number][index]


def sample_ledger(now: datetime) -> SampleLedger:
    """The same ledger for the same day, whoever asks."""
    today = now.date()
    dice = Random(_SEED)  # noqa: S311 - sample data, nothing secret
    people = profiles()
    unnumbered = [_invoice(profile, place, today, dice) for profile in people for place in range(len(_PLACES))]
    issued = sorted(range(len(unnumbered)), key=lambda position: (unnumbered[position].issued_on, position))
    numbers = {position: f"INV-{_FIRST_INVOICE + rank}" for rank, position in enumerate(issued)}
    invoices = [replace(invoice, number=numbers[position]) for position, invoice in enumerate(unnumbered)]
    orders = [order for profile in people for order in _orders(profile, invoices, today, dice)]
    return SampleLedger(
        customers=tuple(_customer(profile) for profile in people),
        invoices=tuple(sorted(invoices, key=lambda row: row.number)),
        orders=tuple(orders),
        certificates=tuple(row for profile in people for row in _certificates(profile, today)),
    )


def _customer(profile: Profile) -> Customer:
    return Customer(
        number=profile.number,
        name=profile.name,
        terms=profile.terms,
        state=profile.state,
        language=profile.language,
        account_manager=f"{profile.manager}@{OWN_DOMAIN}",
        domains=(profile.domain,),
        emails=tuple(profile.address(person) for person in profile.people),
    )


def _invoice(profile: Profile, slot: int, today: date, dice: Random) -> Invoice:
    place = _PLACES[slot]
    due_on = today + timedelta(days=_due_days(profile, slot))
    net = _net(profile, slot, dice)
    taxable = not profile.exempt or slot == _TAXED_PLACE
    tax = (net * Decimal(_TAX.get(profile.state, _USUAL_TAX)) / 100).quantize(_CENT, ROUND_HALF_UP)
    amount = net + tax if taxable else net
    # A quarter of the customers dispute nothing, so their place holds one more open invoice.
    status = "open" if slot == _DISPUTED_PLACE and profile.position % 4 == 3 else place.status
    return Invoice(
        number="",
        customer_number=profile.number,
        issued_on=due_on - timedelta(days=profile.days),
        due_on=due_on,
        amount=Money(amount),
        balance=Money(_owed(amount, status, profile, slot)),
        status=status,
        po_number=profile.po_number(slot) if place.has_po else "",
        tax=Money(tax if taxable else Decimal("0.00")),
        ship_to_state=profile.state,
    )


def _due_days(profile: Profile, slot: int) -> int:
    place = _PLACES[slot]
    if slot == _DISPUTED_PLACE and profile.position % 4 == 3:
        return round(0.9 * profile.days)
    if place.due_share:
        return round(place.due_share * profile.days)
    # A few customers are very late, so that every column of an aging report has something in it.
    very_late = 74 if slot == 0 and profile.position % 5 == 4 else 0
    return place.due_days - profile.position % 9 - very_late


def _net(profile: Profile, slot: int, dice: Random) -> Decimal:
    large = slot == _LARGE_PLACE and profile.position % 3 == 0
    cents = dice.randrange(1_050_000, 4_800_000) if large else dice.randrange(8_500, 640_000)
    return Decimal(cents).scaleb(-2)


def _owed(amount: Decimal, status: str, profile: Profile, slot: int) -> Decimal:
    if status in ("paid", "credited"):
        return Decimal("0.00")
    partly_paid = slot == 0 and profile.position % 8 == 5
    return (amount / 3).quantize(_CENT, ROUND_HALF_UP) if partly_paid else amount


def _orders(profile: Profile, invoices: list[Invoice], today: date, dice: Random) -> list[Order]:
    invoiced = invoices[profile.position * len(_PLACES)]
    statuses = ("verified", "received", "none", "rejected")[: 4 if profile.position % 4 < 3 else 3]
    orders = []
    for slot, po_status in enumerate(statuses):
        first = _FIRST_ORDER + 5 * profile.position
        total = Money(_net(profile, slot, dice)) if slot else invoiced.amount
        po_number = profile.po_number(len(_PLACES) + slot) if slot else invoiced.po_number
        orders.append(
            Order(
                number=f"SO-{first + slot}",
                customer_number=profile.number,
                ordered_on=today - timedelta(days=2 + 3 * slot) if slot else invoiced.issued_on - timedelta(days=6),
                total=total,
                po_number="" if po_status == "none" else po_number,
                po_status=po_status,
            )
        )
    return orders


def _certificates(profile: Profile, today: date) -> list[Certificate]:
    if not profile.exempt:
        return []
    expires_on = today + timedelta(days=profile.expires_in) if profile.expires_in is not None else None
    states = [profile.state, profile.also_in] if profile.also_in else [profile.state]
    return [
        Certificate(
            number=f"{state}-{71_400 + 13 * profile.position}",
            customer_number=profile.number,
            state=state,
            kind=profile.exempt,
            expires_on=expires_on,
        )
        for state in states
    ]
