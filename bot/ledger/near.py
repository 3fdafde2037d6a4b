"""A number as somebody wrote it against the numbers that one account really has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.ledger.lookup import number_key

# Fewer digits are in too many numbers to point at one of them.
FEWEST_DIGITS = 4
# One wrong character in a shorter number makes another number.
SHORTEST_MISTYPED = 6
# The last characters of a number count on from document to document.
RUNNING = 2

_PARTS = re.compile(r"([A-Z]*)0*([0-9A-Z]*)")
# What people write before any number, and what is no part of it.
_NAMING = frozenset({"", "INV", "INVOICE", "PO", "NO", "NR", "SO"})


def nearest(written: str, own: Iterable[str]) -> str | None:
    """The one number of `own` that this can only mean: without its prefix or leading zeros, else with one slip.

    A slip is one character left out, added or wrong, or two that changed places. One wrong at the end is none,
    as there it is the next invoice. Where several numbers are as near, or none is near enough, nothing is guessed.
    """
    key = number_key(written)
    keys = {number_key(number): number for number in own}
    if key in keys:
        return keys[key]
    shortened = [number for other, number in keys.items() if _is_shortened(key, other)]
    if shortened:
        return shortened[0] if len(shortened) == 1 else None
    if len(key) < SHORTEST_MISTYPED:
        return None
    mistyped = [number for other, number in keys.items() if _is_one_slip(key, other)]
    return mistyped[0] if len(mistyped) == 1 else None


def _is_shortened(key: str, other: str) -> bool:
    prefix, core = _split(key)
    own_prefix, own_core = _split(other)
    is_long_enough = sum(map(str.isdigit, core)) >= FEWEST_DIGITS
    return core == own_core and is_long_enough and (prefix == own_prefix or prefix in _NAMING)


def _split(key: str) -> tuple[str, str]:
    found = _PARTS.fullmatch(key)
    return (found[1], found[2]) if found is not None else ("", key)


def _is_one_slip(key: str, other: str) -> bool:
    if abs(len(key) - len(other)) > 1 or key == other:
        return False
    start = 0
    while start < min(len(key), len(other)) and key[start] == other[start]:
        start += 1
    rest, own = key[start:], other[start:]
    if len(rest) == len(own):
        is_swapped = rest[:2] == own[1::-1] and rest[2:] == own[2:]
        return is_swapped or (rest[1:] == own[1:] and len(rest) > RUNNING)
    return rest[1:] == own if len(rest) > len(own) else rest == own[1:]
