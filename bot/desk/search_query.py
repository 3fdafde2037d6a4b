"""What a person typed into the search box → what is looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.desk.search_words import asked_number, cents_of, folded, sender_word, stem

_PIECE = re.compile(r'([A-Za-z]+):("[^"]*"|\S+)|"([^"]*)"|(\S+)')
_WORD = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*\*?")
_RANGE = re.compile(r"(?:>=?\s*(?P<least>[\d.,]+)|<=?\s*(?P<most>[\d.,]+)|(?P<from>[\d.,]+)-(?P<to>[\d.,]+))")
MOST_WORDS = 12
_DAY = "write a day as 2026-11-24"


@dataclass(frozen=True, slots=True)
class Term:
    """A word; with `is_begin` every word that begins so."""

    word: str
    is_begin: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """Every group must be met, by any of its terms. Sums are in cents. `told` says what was not understood."""

    groups: tuple[tuple[Term, ...], ...] = ()
    customer: str = ""
    category: str = ""
    state: str = ""
    before: date | None = None
    since: date | None = None
    least_cents: int | None = None
    most_cents: int | None = None
    told: tuple[str, ...] = ()
    # The plain words alone: for the ledger's names and numbers, and to be shown where they were found.
    words: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return replace(self, told=(), words=()) == Sought()


def read_search(text: str) -> Sought:
    """Words and `name:value` filters in any order. What is no filter is looked for as words."""
    sought = Sought()
    for found in _PIECE.finditer(text[:500]):
        name, value = found[1], (found[2] or "").strip('"')
        reader = FILTERS.get(name.casefold()) if name else None
        sought = reader(sought, value) if reader else _with_words(sought, found[3] or found[0])
    return replace(sought, groups=sought.groups[:MOST_WORDS])


def _with_words(sought: Sought, text: str) -> Sought:
    groups: list[tuple[Term, ...]] = []
    words: list[str] = []
    for found in _WORD.finditer(folded(text)):
        word = found.group()
        words.append(word.rstrip("*"))
        groups += _groups(word)
    return replace(sought, groups=(*sought.groups, *groups), words=(*sought.words, *words))


def _groups(word: str) -> list[tuple[Term, ...]]:
    is_begin, parts = word.endswith("*"), re.split(r"[-._]", word.rstrip("*"))
    if any(char.isdigit() for char in word):
        return [tuple(Term(one, is_begin) for one in asked_number("".join(parts)))]
    shown = [(Term(stem(part)),) for part in parts[:-1]]
    return [*shown, (Term(parts[-1], is_begin=True),) if is_begin else (Term(stem(parts[-1])),)]


def _number(kind: str) -> Callable[[Sought, str], Sought]:
    def read(sought: Sought, value: str) -> Sought:
        joined = "".join(char for char in folded(value) if char.isalnum())
        terms = tuple(Term(f"{kind}:{word}") for word in asked_number(joined))
        return replace(sought, groups=(*sought.groups, terms), words=(*sought.words, folded(value)))

    return read


def _sender(sought: Sought, value: str) -> Sought:
    terms = [(Term(f"from:{sender_word(word)}"),) for word in folded(value).split()]
    return replace(sought, groups=(*sought.groups, *terms))


def _customer(sought: Sought, value: str) -> Sought:
    return replace(sought, customer=value)


def _category(sought: Sought, value: str) -> Sought:
    return replace(sought, category=re.sub(r"[\s-]+", "_", value.casefold()))


def _state(sought: Sought, value: str) -> Sought:
    return replace(sought, state=value.casefold())


def _before(sought: Sought, value: str) -> Sought:
    day = _day(value)
    return replace(sought, before=day) if day else replace(sought, told=(*sought.told, f"before: {_DAY}"))


def _since(sought: Sought, value: str) -> Sought:
    day = _day(value)
    return replace(sought, since=day) if day else replace(sought, told=(*sought.told, f"after: {_DAY}"))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _amount(sought: Sought, value: str) -> Sought:
    found = _RANGE.fullmatch(value)
    if found is not None:
        least, most = cents_of(found["least"] or found["from"] or "0"), cents_of(found["most"] or found["to"] or "0")
        if least is not None and most is not None:
            return replace(sought, least_cents=least, most_cents=most or None)
    elif (cents := cents_of(value.lstrip("$€£"))) is not None:
        return replace(sought, groups=(*sought.groups, (Term(f"amount:{cents}"),)))
    return replace(sought, told=(*sought.told, "amount: write 1204.50, >1000, <500 or 100-200"))


FILTERS: Mapping[str, Callable[[Sought, str], Sought]] = {
    "customer": _customer,
    "invoice": _number("invoice"),
    "po": _number("po"),
    "from": _sender,
    "category": _category,
    "state": _state,
    "before": _before,
    "after": _since,
    "amount": _amount,
}
