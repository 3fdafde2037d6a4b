"""Amounts of money in text, as Decimal strings with two places, and the currency that they are in."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "dollars": "USD",
    "bucks": "USD",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "pounds": "GBP",
    "c$": "CAD",
    "ca$": "CAD",
    "cad": "CAD",
    "cdn": "CAD",
    "a$": "AUD",
    "aud": "AUD",
    "mxn": "MXN",
    "pesos": "MXN",
    "chf": "CHF",
    "jpy": "JPY",
}
NOTHING = "0.00"
MARKS = ("after", "before")
DIGIT = re.compile(r"\d")
SIZES = {"k": 1000, "thousand": 1000, "grand": 1000, "m": 1_000_000, "mm": 1_000_000, "million": 1_000_000}

# Digits and separators are one class and everything around is optional, so no stretch is read twice.
# A look ahead comes first: it turns most places down at once, before what stands behind them is looked at.
# The lengths are bounded: no sum of money has 18 digits, and a page of digits must not be walked again and again.
MARKED = re.compile(
    r"(?=[$€£UCAEGMJ])(?P<before>(?<![A-Za-z])(?:US|CA|C|A)?\$|[€£]|(?<![A-Za-z])(?:USD|EUR|CAD|CDN|GBP|MXN|AUD|CHF|JPY)\b)\s?\$?"
    r"(?P<number>\d[\d.,']{0,16}\d|\d|\.\d\d)\s?(?P<size>(?:k|mm?|thousand|million|grand)\b)?(?:\s?(?P<after>USD|EUR|CAD|CDN|AUD|MXN)\b)?",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"(?=\d)(?<![\w.,/\-#$€£])(?P<number>\d[\d.,']{0,16}\d|\d)\s?(?P<size>(?:k|thousand|million|grand)\b)?\s?"
    r"(?P<before>€|£|\$|(?:USD|EUR|CAD|CDN|GBP|MXN|AUD|CHF|euros?|dollars|bucks|pesos)\b)",
    re.IGNORECASE,
)
PLAIN = re.compile(
    r"(?=\d)(?<!version )(?<!section )(?<!clause )(?<!release )(?<!item )(?<![\w.,/\-#$€£:=&+])"
    r"(?P<number>\d{1,3}(?:[,.']\d{3}){1,4}[.,]\d\d|\d{1,9}[.,]\d\d)(?![\w.,]?\d|[\w%/]|-\w)"
    r"(?!\s?(?:%|percent|in\b|inch|ft\b|hours?\b|hrs?\b|am\b|pm\b|miles|version))"
)
# '7,150' alone is money in this mail, unless a word behind it says what is counted.
WHOLE = re.compile(
    r"(?=\d)(?<![\w.,/\-#$€£:=&+])(?P<number>\d{1,3}(?:,\d{3}){1,3})(?![\w.,]?\d|[\w%/]|-\w)"
    r"(?!\s?(?:%|percent|in\b|inch|ft\b|feet|hours?\b|hrs?\b|miles|pcs|pieces|units?|ea\b|each\b|boxes|cases|lbs?\b"
    r"|people|employees|copies|pages|lines|items|sets|rolls|cables|days|square|sq\b|members|seats|licen[cs]es|students"
    r"|devices|labels))",
    re.IGNORECASE,
)
# '1 486,90' as the French write it.
SPACED = re.compile(r"(?=\d)(?<![\w.,/\-#])\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,3},\d\d(?!\d)")
BLANK = re.compile(r"[ \u00a0\u202f](?=\d)")


class Amount(NamedTuple):
    value: str
    currency: str | None
    start: int
    end: int


def amounts_in(text: str) -> list[Amount]:
    if not DIGIT.search(text):
        return []
    if "," in text:
        text = SPACED.sub(lambda match: BLANK.sub(".", match.group()), text)
    found: list[Amount] = []
    for pattern in (MARKED, NAMED, PLAIN, WHOLE):
        taken = bytearray(len(text))
        for amount in found:
            taken[amount.start : amount.end] = b"\1" * (amount.end - amount.start)
        found += [amount for amount in _matches(pattern, text) if not taken[amount.start]]
    return sorted(found, key=lambda amount: amount.start)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[Amount]:
    has_size, marks = "size" in pattern.groupindex, [name for name in MARKS if name in pattern.groupindex]
    for match in pattern.finditer(text):
        value = as_decimal(match["number"], (match["size"] or "").lower() if has_size else "")
        mark = next((found for name in marks if (found := match[name])), "")
        # A table is full of nothings; nobody writes about them.
        if value is not None and value != NOTHING:
            yield Amount(value, CURRENCIES.get(mark.lower()), match.start(), match.end())


def as_decimal(number: str, size: str = "") -> str | None:
    """'1,204.50', '1.204,50' and '9' with size 'k' as '1204.50', '1204.50' and '9000.00'."""
    digits = number.strip(".,' ").replace("'", "") if not number.startswith(".") else number
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        whole, places = digits, ""
    elif _is_decimal_mark(digits, last, has_size=bool(size)):
        whole, places = digits[:last], digits[last + 1 :]
    else:
        whole, places = digits, ""
    whole = whole.replace(",", "").replace(".", "") or "0"
    if len(whole) > 12:
        return None
    value = Decimal(f"{whole}.{places or '0'}") * SIZES.get(size, 1)
    return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _is_decimal_mark(digits: str, place: int, *, has_size: bool) -> bool:
    """Two places are cents; three are thousands, but for '1.204k', which nobody means as a million."""
    places = len(digits) - place - 1
    mark = digits[place]
    other = "," if mark == "." else "."
    return places != 3 or has_size or (other in digits and digits.count(mark) == 1)


def main_currency(amounts: list[Amount]) -> str:
    named = [amount.currency for amount in amounts if amount.currency]
    return max(sorted(set(named)), key=named.count) if named else "USD"
