"""Amounts as exports write them: signs, brackets, thousands, currency."""

from __future__ import annotations

import re
from decimal import Decimal

_CURRENCY_OF_SIGN = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP"}
_CURRENCY = re.compile(r"US\$|[$€£]|\b[A-Z]{3}\b")
_FORMS = {
    "point": re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?|\.(\d+)"),
    "comma": re.compile(r"(\d{1,3}(?:[. ]\d{3})+|\d+)(?:,(\d+))?|,(\d+)"),
}
# Spreadsheets in an accounting format show a zero as a dash.
_DASHES = ("-", "–", "—")


def parse_amount(text: str, decimal: str) -> tuple[Decimal, str]:
    """The amount and its currency, "" where none is named. Raises ValueError with the reason, for a person.

    Only the configured decimal style is read: guessing would turn 1.204 into one dollar twenty or into a thousand.
    """
    currency, bare = _without_currency(text)
    if bare in _DASHES:
        return Decimal("0.00"), currency
    negative, digits = _without_sign(bare)
    match = _FORMS[decimal].fullmatch(digits)
    if not match:
        raise ValueError(f"this is not an amount with a decimal {decimal}")
    whole = re.sub(r"\D", "", match[1] or "0")
    amount = to_cents(Decimal(f"{whole}.{match[2] or match[3] or '0'}"))
    return (-amount if negative else amount), currency


def to_cents(amount: Decimal) -> Decimal:
    """The amount with exactly two decimals. More are fine while they are zero, as in 1204.5000."""
    cents = amount.quantize(Decimal("0.01"))
    if cents != amount:
        raise ValueError("an amount cannot hold fractions of a cent")
    return cents


def _without_currency(text: str) -> tuple[str, str]:
    upper = text.upper()
    named = {_CURRENCY_OF_SIGN.get(sign, sign) for sign in _CURRENCY.findall(upper)}
    if len(named) > 1:
        raise ValueError("two currencies are named")
    return (named.pop() if named else ""), _CURRENCY.sub("", upper).strip()


def _without_sign(text: str) -> tuple[bool, str]:
    """Four ways to write a negative amount: (5.00), -5.00, 5.00- (SAP) and 5.00 CR."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    for sign in ("-", "−", "CR"):
        if text.endswith(sign):
            return True, text.removesuffix(sign).strip()
    if text.startswith(("-", "−")):
        return True, text[1:].strip()
    return False, text
