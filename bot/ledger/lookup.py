"""Numbers found in mail against the numbers of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.order import Order

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


@lru_cache(maxsize=4096)
def number_key(number: str) -> str:
    """The form in which two spellings of one number are equal: upper case, no hyphens, spaces or number sign."""
    return _NOT_ALPHANUMERIC.sub("", number.upper())


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows about one message: only rows of the sender's own account are here.

    `foreign_numbers` were found in the mail and belong to another account: flagged, never used.
    `unknown_numbers` the ledger does not have.
    """

    customer: Customer | None = None
    invoices: tuple[Invoice, ...] = ()
    orders: tuple[Order, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    foreign_numbers: tuple[str, ...] = ()
    unknown_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountNumbers:
    """The numbers of one account: of its invoices, and of the POs on its invoices and orders."""

    invoices: tuple[str, ...] = ()
    pos: tuple[str, ...] = ()


def account_of(numbers_of: Iterable[str]) -> str | None:
    """The one account that all these rows belong to, None where there is none or more than one."""
    found = set(numbers_of)
    return found.pop() if len(found) == 1 else None


def known_facts(
    customer: Customer | None,
    numbers: Sequence[str],
    invoices: Sequence[Invoice],
    orders: Sequence[Order],
    certificates: Sequence[Certificate] = (),
) -> Known:
    """Divide the rows found for `numbers` into the account's own and those of others.

    Without a customer nothing is the sender's own, so nothing may be used: every row found is foreign.
    """
    own = customer.number if customer else None
    own_invoices = tuple(row for row in invoices if row.customer_number == own)
    own_orders = tuple(row for row in orders if row.customer_number == own)
    known_keys = {number_key(row.number) for row in own_invoices}
    known_keys |= {number_key(n) for row in own_orders for n in (row.number, row.po_number)}
    known_keys |= {number_key(row.po_number) for row in own_invoices}
    foreign_keys = {number_key(row.number) for row in invoices if row.customer_number != own}
    foreign_keys |= {number_key(row.po_number) for row in invoices if row.customer_number != own and row.po_number}
    foreign_keys |= {number_key(n) for row in orders if row.customer_number != own for n in (row.number, row.po_number)}
    foreign = tuple(n for n in numbers if number_key(n) in foreign_keys - known_keys)
    unknown = tuple(n for n in numbers if number_key(n) not in foreign_keys | known_keys)
    own_certificates = tuple(row for row in certificates if row.customer_number == own)
    return Known(customer, own_invoices, own_orders, own_certificates, foreign, unknown)
