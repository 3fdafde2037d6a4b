"""States of the USA in text, by name or by two letters, where the letters cannot be an ordinary word."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

_TABLE = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|FL Florida|"
    "GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|"
    "MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|"
    "NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|"
    "OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|"
    "UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|"
    "DC District of Columbia|PR Puerto Rico"
)
STATES = {name.lower(): code for code, _, name in (row.partition(" ") for row in _TABLE.split("|"))}
CODES = frozenset(STATES.values())
LAST_WORDS = frozenset(name.rpartition(" ")[2].encode() for name in STATES)
LETTERS_ONLY = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz" else ord(" ") for code in range(256))

# In capitals these are also words, titles, units or company suffixes; they need an address or a list around them.
_ALSO_WORDS = "IN OR ME OK HI OH PA MA AL DE LA ID CO MO MS MD MI AK AS PR SC CT AR IL DC"
ALSO_WORDS = frozenset(_ALSO_WORDS.split())


def _by_first_letter(names: Iterable[str]) -> str:
    """An alternative for each first letter, so that most words are passed over at once."""
    longest_first = sorted(names, key=lambda name: (name[0], -len(name)))
    groups = groupby(longest_first, lambda name: name[0])
    return "|".join(f"{letter}(?:{'|'.join(name[1:] for name in group)})" for letter, group in groups)


NAME = re.compile(
    rf"\b(?:{_by_first_letter(STATES)})\b"
    r"(?!\s(?:Ave|Avenue|Street|St\b|Road|Rd|Blvd|Technology|University|City)|[.@]\w)",
    re.IGNORECASE,
)
# A search for one kind of letter is quick; what stands before it is looked at afterwards.
CODE = re.compile(r"[A-Z](?<![\w.&/#'\-][A-Z])[A-Z](?![\w&#'\-]|\.\w)")
PLACE_BEFORE = re.compile(r"(?:[A-Z][a-z'.]+,?|[,/(])\s{0,2}$")
COMMA_PLACE_BEFORE = re.compile(r"[a-z.],\s{0,2}$")
ZIP_AFTER = re.compile(r",?\s{1,2}\d{5}(?!\d)")
TAX_AFTER = re.compile(
    r"\s(?:sales|use|state|tax|exempt|exemption|resale|cert|certificate|form|ship|rate|law|certs|dept|nexus)\b",
    re.I,
)
CALLED_BEFORE = re.compile(r"\bstate\s?[:=]\s?$", re.I)
NUMBER_AFTER = re.compile(r"\s\d")
ASKED_BEFORE = re.compile(
    r"(?:\b(?:in|for|to|from|of|state|states|our|the|a|expired|new|their|both|and|or)|[,;:/&(\-])\s{0,2}$",
    re.I,
)
LISTED = re.compile(r"\s?[,/;&]\s?|,?\s(?:and|or|&)\s|\s")
LISTED_WITH_A_MARK = re.compile(r"\s?[,/;&]\s?")


class State(NamedTuple):
    code: str
    start: int
    end: int


def states_in(text: str) -> list[State]:
    names = NAME.finditer(text) if _may_name_states(text) else ()
    # A dotless or long letter passes for another one in a search, and is none in a name.
    named = [State(code, *match.span()) for match in names if (code := STATES.get(match.group().lower()))]
    codes = [State(match.group(), *match.span()) for match in CODE.finditer(text) if match.group() in CODES]
    sure = [state for number, state in enumerate(codes) if _is_meant(text, codes, number)]
    return sorted([*named, *sure], key=lambda state: state.start)


def _may_name_states(text: str) -> bool:
    """Whether the last word of a name is among the words: far cheaper to see than where a name stands."""
    return not LAST_WORDS.isdisjoint(text.lower().encode("utf-8", "replace").translate(LETTERS_ONLY).split())


def _is_meant(text: str, codes: list[State], number: int) -> bool:
    state = codes[number]
    before, after = text[max(0, state.start - 16) : state.start], text[state.end : state.end + 16]
    if ZIP_AFTER.match(after) or COMMA_PLACE_BEFORE.search(before) or TAX_AFTER.match(after):
        return True
    if CALLED_BEFORE.search(before):
        return True
    if _has_neighbour(text, codes, number):
        return True
    if state.code in ALSO_WORDS:
        return False
    return not before.strip() or bool(
        NUMBER_AFTER.match(after) or ASKED_BEFORE.search(before) or PLACE_BEFORE.search(before)
    )


def _has_neighbour(text: str, codes: list[State], number: int) -> bool:
    """'OK, KS and MO': codes in a row vouch for each other, unless each of them may be a word."""
    here = codes[number]
    beside = [(codes[number - 1], text[codes[number - 1].end : here.start])] if number else []
    beside += [(codes[number + 1], text[here.end : codes[number + 1].start])] if number + 1 < len(codes) else []
    return any(
        LISTED_WITH_A_MARK.fullmatch(gap) if other.code in ALSO_WORDS else LISTED.fullmatch(gap)
        for other, gap in beside
    )
