"""Card and bank account numbers covered in what people see; the raw bytes keep them. The text keeps its length."""

from __future__ import annotations

import re
from collections.abc import Iterator

COVER = "•"
# A text without such a run holds nothing to cover, and most texts hold none. A pattern that begins with one kind of
# character is looked for several times as fast as one that begins with a choice or a count.
_HINTS = (
    re.compile(r"\d\d{3}(?:\d{4}|[ -]\d{4}[ -]\d| \d{6} \d)"),
    re.compile(r"[A-Z][A-Z]\d{2} [A-Z0-9]{4} "),
)
# The same hints in the shape of a text: 0 for a digit, A for a capital, a blank for what separates groups. Looking for
# fixed bytes is many times faster again.
_SHAPE = bytes(
    ord("0" if chr(code) in "0123456789" else "A" if 65 <= code <= 90 else " " if chr(code) in " -" else ".")
    for code in range(256)
)
_FORMS = (b"00000000", b"0000 0000 0", b"0000 000000 0", b"AA00 ")
_CARD = re.compile(
    r"(?<![\w-])(?:[2-6]\d{12,18}|[2-6]\d{3}([ -])\d{4}\1\d{4}\1\d{1,7}|3[47]\d{2}([ -])\d{6}\2\d{5})(?![\w-])"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?|[A-Z0-9]{11,30})(?!\w)")
_ROUTING = re.compile(r"(?:routing|\baba\b|\brtn\b|transit)[^\d\n]{0,40}(\d{9})(?!\d)", re.I)
_ACCOUNT = re.compile(
    r"(?:account|acct|a/c|konto|compte|cuenta)\.?(?: ?(?:number|num|no|nr|#))?\.?[ :#=-]{0,5}(\d[\d -]{3,20}\d)(?!\d)",
    re.I,
)
_BANK_NEAR = re.compile(r"\b(?:bank|checking|savings|beneficiary)\b", re.I)
NEAR = 120


def mask(text: str) -> str:
    """The text with all but the last four digits of such numbers covered."""
    if not may_hold_numbers(text):
        return text
    spans = sorted(set(_spans(text)))
    return _covered(text, spans) if spans else text


def may_hold_numbers(text: str) -> bool:
    try:
        shape = text.encode("latin-1").translate(_SHAPE)
    except UnicodeEncodeError:
        # Other scripts have digits of their own.
        return any(hint.search(text) for hint in _HINTS)
    return any(form in shape for form in _FORMS) and any(hint.search(text) for hint in _HINTS)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        digits = _digits(found.group())
        if 13 <= len(digits) <= 19 and _is_luhn(digits):
            yield found.span()
    for found in _IBAN.finditer(text):
        if _is_iban(found.group().replace(" ", "")):
            yield found.span()
    routing = [found for found in _ROUTING.finditer(text) if _is_routing(found[1])]
    for found in routing:
        yield found.span(1)
    for found in _ACCOUNT.finditer(text):
        # An account with us has a number as well: only one that stands beside a bank's is a bank account.
        around = text[max(0, found.start() - NEAR) : found.end() + NEAR]
        if _BANK_NEAR.search(around) and (routing or len(_digits(found[1])) >= 8):
            yield found.span(1)


def _covered(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        if start < at:
            continue
        found = text[start:end]
        kept = 4 if len(_digits(found)) > 8 else 0
        pieces += [text[at:start], _cover(found, kept)]
        at = end
    return "".join((*pieces, text[at:]))


def _cover(found: str, kept: int) -> str:
    left = sum(char.isalnum() for char in found) - kept
    covered: list[str] = []
    for char in found:
        is_covered = char.isalnum() and left > 0
        left -= char.isalnum()
        covered.append(COVER if is_covered else char)
    return "".join(covered)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _is_luhn(digits: str) -> bool:
    doubled = [int(one) * 2 for one in digits[-2::-2]]
    total = sum(int(one) for one in digits[-1::-2]) + sum(one - 9 if one > 9 else one for one in doubled)
    return total % 10 == 0 and len(set(digits)) > 1


def _is_iban(text: str) -> bool:
    moved = text[4:] + text[:4]
    return 15 <= len(text) <= 34 and moved.isascii() and int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def _is_routing(digits: str) -> bool:
    total = sum(int(one) * weight for one, weight in zip(digits, (3, 7, 1) * 3, strict=True))
    return total > 0 and total % 10 == 0
