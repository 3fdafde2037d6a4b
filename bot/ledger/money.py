"""Money: a Decimal with a currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency, held to the cent."""

    amount: Decimal
    currency: str = "USD"

    @classmethod
    def from_cents(cls, cents: int, currency: str) -> Money:
        return cls(Decimal(cents).scaleb(-2), currency)

    @property
    def cents(self) -> int:
        return int(self.amount.scaleb(2).to_integral_value(rounding=ROUND_HALF_UP))

    def __str__(self) -> str:
        sign = _SIGNS.get(self.currency)
        text = f"{abs(self.amount):,.2f}"
        body = f"{sign}{text}" if sign else f"{text} {self.currency}"
        return f"-{body}" if self.amount < 0 else body
