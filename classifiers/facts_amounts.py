"""Amounts of money in text, as Decimal strings with two places, and the currency that they are in."""

import re
from collections.abc import Iterable, Iterator
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
# With all that may stand between the digits of one number or one date.
FIGURE = re.compile(r"\d[\d.,/-]*")
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
    r"(?!\s?(?:%|percent|in\b(?! (?:my|our|your|his|her|their|the|tax|sales|unused|unapplied|writing|credits?|fees"
    r"|freight|cash|full)\b)|inch|ft\b|hours?\b|hrs?\b|am\b|pm\b|miles|version))"
)
# '7,150' alone is money in this mail, unless a word behind it says what is counted.
WHOLE = re.compile(
    r"(?=\d)(?<![\w.,/\-#$€£:=&+])(?P<number>\d{1,3}(?:,\d{3}){1,3})(?![\w.,]?\d|[\w%/]|-\w)"
    r"(?!\s?(?:%|percent|in\b|inch|ft\b|feet|hours?\b|hrs?\b|miles|pcs|pieces|units?|ea\b|each\b|boxes|cases|lbs?\b"
    r"|people|employees|copies|pages|lines|items|sets|rolls|cables|days|square|sq\b|members|seats|licen[cs]es|students"
    r"|devices|labels))",
    re.IGNORECASE,
)
# 'Paid 145 for shipping': of a bare number the word before it says that it is money, and the one behind that nothing is
# counted by it. Document numbers are longer.
TOLD = re.compile(
    r"(?=\d)(?:(?<=paid )|(?<=deposit )|(?<=quoted )|(?<=charged )|(?<=charged me )|(?<=charged us )"
    r"|(?<=overpaid by )|(?<=owe us )|(?<=owe you )|(?<=refund of )|(?<=credit of )|(?<=fee of ))"
    r"(?P<number>\d{2,4})(?=\s*(?:[;:!?)\n]|[.,](?!\d)|$)"
    r"| (?:for|by|to|too|and|each|ea|but|because|twice|extra|more|instead|when)\b)",
    re.IGNORECASE,
)
# '1 486,90' as the French write it.
SPACED = re.compile(r"(?=\d)(?<![\w.,/\-#])\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,3},\d\d(?!\d)")
BLANK = re.compile(r"[ \u00a0\u202f](?=\d)")

# Every amount has a figure in it, so the patterns are tried around figures only, and nowhere else in the text.
TIED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.,/-#$€£")
SPACED_HINT = re.compile(r"\d[ \u00a0\u202f]\d{3},\d\d")
# The last letters of what may stand before a number, and the first ones of what may stand behind it. The stroke may be
# part of the number, and the last one is the sign for Kelvin, which passes for a K.
MARK_ENDS = frozenset("$€£.drnpfyDRNPFY")
NAME_BEGINS = frozenset("$€£ktmguecdbpajKTMGUECDBPAJ'\u212a")
# From the beginning of 'USD $.5' to its first digit.
LONGEST_MARK = 6
LONGEST_TOLD = 4


class Amount(NamedTuple):
    value: str
    currency: str | None
    start: int
    end: int


def amounts_in(text: str) -> list[Amount]:
    figures = [(match.start(), match.group()) for match in FIGURE.finditer(text)]
    if not figures:
        return []
    if "," in text and SPACED_HINT.search(text):
        text = SPACED.sub(lambda match: BLANK.sub(".", match.group()), text)
        figures = [(match.start(), match.group()) for match in FIGURE.finditer(text)]
    bare = [(start, figure) for start, figure in figures if text[start - 1 : start] not in TIED]
    # Cents and thousands stand behind a point, a comma or a stroke; most figures have none.
    parted = [at for at, figure in bare if not figure.isdecimal() or text.startswith("'", at + len(figure))]
    found: list[Amount] = []
    taken = bytearray(len(text))
    told = [at for at, figure in bare if text[at - 1 : at] == " " and _is_short(figure)]
    for matches in (
        _marked(text, figures),
        _beginning_at(NAMED, text, [at for at, figure in bare if _may_be_named(text, at + len(figure))]),
        *((_beginning_at(PLAIN, text, parted), _beginning_at(WHOLE, text, parted)) if parted else ()),
        _beginning_at(TOLD, text, told),
    ):
        more = [amount for match in matches if (amount := _amount(match)) is not None and not taken[amount.start]]
        for amount in more:
            taken[amount.start : amount.end] = b"\1" * (amount.end - amount.start)
        found += more
    return sorted(found, key=lambda amount: amount.start)


def _beginning_at(pattern: re.Pattern[str], text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    """What a search through the whole text finds, where a match can begin at these places alone."""
    at = 0
    for start in starts:
        if start >= at and (match := pattern.match(text, start)) is not None:
            yield match
            at = match.end()


def _marked(text: str, figures: Iterable[tuple[int, str]]) -> Iterator[re.Match[str]]:
    """The figures with a currency before them."""
    at = 0
    for start, _ in figures:
        last = text[start - 1 : start]
        if start < at or (text[start - 2 : start - 1] if last.isspace() else last) not in MARK_ENDS:
            continue
        for place in range(max(at, start - LONGEST_MARK), start):
            if (match := MARKED.match(text, place)) is not None:
                yield match
                at = match.end()
                break


def _is_short(figure: str) -> bool:
    """Whether its first digits are few enough; what stands behind them may be a figure of its own."""
    return len(figure) <= LONGEST_TOLD or not figure[: LONGEST_TOLD + 1].isdecimal()


def _may_be_named(text: str, end: int) -> bool:
    """Whether a size or a currency may begin behind a figure that ends here."""
    return text[end : end + 3].lstrip()[:1] in NAME_BEGINS


def _amount(match: re.Match[str]) -> Amount | None:
    groups = match.groupdict("")
    value = as_decimal(groups["number"], groups.get("size", "").lower())
    # A table is full of nothings; nobody writes about them.
    if value is None or value == NOTHING:
        return None
    mark = groups.get("after") or groups.get("before", "")
    # A blank that a size or a currency might have followed is no part of the sum.
    return Amount(value, CURRENCIES.get(mark.lower()), match.start(), match.start() + len(match[0].rstrip()))


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
    if not size and len(places) <= 2:
        # As most are; a tenth of what the arithmetic below takes.
        return f"{int(whole)}.{int(places.ljust(2, '0')):02}"
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
