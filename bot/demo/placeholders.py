"""What the letters say in braces → rows of the sample ledger, such as {open.0}, {open.0.amount} or {order.1.po}."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.demo.ledger import SampleLedger
from bot.errors import NotFoundError
from bot.ledger.certificate import Certificate
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.ledger.order import Order

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")

_OF_INVOICE: dict[str, Callable[[Invoice], object]] = {
    "": lambda row: row.number,
    "amount": lambda row: row.amount,
    "balance": lambda row: row.balance,
    "tax": lambda row: row.tax,
    "net": lambda row: Money(row.amount.amount - (row.tax.amount if row.tax else 0)),
    "po": lambda row: row.po_number,
    "due": lambda row: f"{row.due_on:%m/%d/%Y}",
    "issued": lambda row: f"{row.issued_on:%m/%d/%Y}",
}
_OF_ORDER: dict[str, Callable[[Order], object]] = {
    "": lambda row: row.number,
    "po": lambda row: row.po_number,
    "total": lambda row: row.total,
}
_OF_CERTIFICATE: dict[str, Callable[[Certificate], object]] = {
    "": lambda row: row.number,
    "state": lambda row: row.state,
    "expires": lambda row: f"{row.expires_on:%m/%d/%Y}" if row.expires_on else "does not expire",
}


def fill(text: str, ledger: SampleLedger, company: str, stranger: str, now: datetime) -> str:
    """The text with every placeholder resolved. `stranger` is the account that {stranger.open.0} and the like name.

    Raises NotFoundError for one that means nothing, so that a slip in a letter never reaches a reader.
    """

    def value(match: re.Match[str]) -> str:
        first, *rest = match[1].split(".")
        try:
            if first == "stranger":
                return _row_value(ledger, stranger, rest)
            if first in ("day", "date"):
                return _day(first, int(rest[0]), now)
            if first == "account":
                return ledger.customer(company).number
            return _row_value(ledger, company, [first, *rest])
        except (IndexError, KeyError, ValueError) as error:
            raise NotFoundError(f"A letter of {company!r} asks for {match[0]}, which there is not.") from error

    return _PLACEHOLDER.sub(value, text)


def _day(form: str, offset: int, now: datetime) -> str:
    day = now.date() + timedelta(days=offset)
    return f"{day:%B} {day.day}" if form == "day" else f"{day:%m/%d/%Y}"


def _row_value(ledger: SampleLedger, company: str, path: list[str]) -> str:
    noun, index, name = path[0], int(path[1]), ".".join(path[2:])
    if noun == "order":
        return str(_OF_ORDER[name](ledger.order_of(company, index)))
    if noun == "cert":
        return str(_OF_CERTIFICATE[name](ledger.certificate_of(company, index)))
    return str(_OF_INVOICE[name](ledger.invoices_of(company, noun)[index]))
