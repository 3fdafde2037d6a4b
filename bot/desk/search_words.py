"""What a text is found by: plain words, and numbers in every way people write them. The same on every database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from bot.desk.verdict import FoundFact
from bot.mail.address import Address
from bot.mail.masking import COVER, mask

# Beyond this a text is an export or bait; what a person wrote stands before.
MOST_CHARACTERS = 50_000
# A longer one is no word of people, and PostgreSQL takes none of two thousand bytes.
LONGEST_WORD = 80
LONGEST_REMEMBERED = 30
_COVERED = re.compile(rf"[\w-]*{COVER}[0-9{COVER} -]*")
# Begins with the comma, for which a text is searched many times faster than for what may stand before one.
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SEPARATOR = re.compile(r"[-._]")
_NUMBER = re.compile(r"([^\W\d]*)0*(\d\w*)")
_ODD = re.compile(r"[^\w@.+-]")
# A number without letters before it may stand for one with any: who wrote "invoice 1001" meant INV-1001.
BARE = "bare:"


@dataclass(frozen=True, slots=True)
class Searchable:
    """Something that is found: a message, a note or a version of a draft, with what it says and what it is about."""

    kind: str
    subject_id: int
    version: int
    at: datetime
    texts: tuple[str, ...]
    sender: Address | None = None
    customer_number: str | None = None
    facts: tuple[FoundFact, ...] = ()


def index_words(found: Searchable) -> list[str]:
    """Every word under which this is found, each once."""
    words: dict[str, None] = {}
    for text in found.texts:
        for word in dict.fromkeys(_WORD.findall(plain(text))):
            # The words of a word, rather than a generator over all: a letter has hundreds.
            for one in _words_of(word) if len(word) <= LONGEST_REMEMBERED else _words_in(word):
                words[one] = None
    words.update(dict.fromkeys(_about(found)))
    return [word for word in words if len(word) <= LONGEST_WORD]


def words_in(text: str) -> Iterator[str]:
    """The words of a text. What is covered is no word, and of numbers that belong covered nothing is."""
    for found in dict.fromkeys(_WORD.findall(plain(text))):
        yield from _words_of(found) if len(found) <= LONGEST_REMEMBERED else _words_in(found)


def _words_in(found: str) -> tuple[str, ...]:
    if found.isalpha():
        return (stem(found),)
    return tuple(_words_of_parts(found))


def _words_of_parts(found: str) -> Iterator[str]:
    parts = _SEPARATOR.split(found)
    if any(char.isdigit() for char in found):
        yield from number_words("".join(parts))
        if len(parts) == 1:
            return
        # Of INV-1001 the 1001 has letters before it; of 1001-1003 neither number has.
        has_letters = any(char.isalpha() for char in parts[0])
        for part in parts:
            if len(part) > 2 and part[-1].isdigit():
                yield from number_words(part)[: 1 if has_letters else 2]
    yield from (stem(part) for part in parts if not any(char.isdigit() for char in part))


# Mail is made of the same few thousand words.
_words_of = lru_cache(maxsize=20_000)(_words_in)


def plain(text: str) -> str:
    """In small letters without accents, and without what is covered."""
    return folded(_COVERED.sub(" ", mask(text[:MOST_CHARACTERS])))


def folded(text: str) -> str:
    """In small letters without accents."""
    # Letter by letter only where there are others than those of ASCII: in most languages of mail they are few.
    bare = text if text.isascii() else _NOT_ASCII.sub(_without_accents, text)
    return _THOUSANDS.sub("", bare.casefold())


def _without_accents(found: re.Match[str]) -> str:
    """Accents only ever stand among themselves and after their letter, so a run is bared like the whole text."""
    decomposed = unicodedata.normalize("NFKD", found[0])
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def number_words(joined: str) -> tuple[str, ...]:
    """A number without its hyphens: by its digits alone, and with its letters or as one that has none."""
    found = _NUMBER.fullmatch(joined)
    if found is None:
        return (joined,)
    letters, digits = found.groups()
    return (digits, f"{letters}{digits}" if letters else f"{BARE}{digits}")


def asked_number(joined: str) -> tuple[str, ...]:
    """Under which words a number that a person asks for may stand."""
    found = _NUMBER.fullmatch(joined)
    if found is None:
        return (joined,)
    letters, digits = found.groups()
    return (f"{letters}{digits}", f"{BARE}{digits}") if letters else (digits,)


def stem(word: str) -> str:
    """One form for singular and plural of English words; others only lose an s, the same in text and question."""
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def sender_word(text: str) -> str:
    return _ODD.sub("_", text.casefold())


def cents_of(amount: str) -> int | None:
    try:
        return int(Decimal(amount.replace(",", "")).scaleb(2))
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _about(found: Searchable) -> Iterator[str]:
    if found.customer_number:
        yield f"customer:{sender_word(found.customer_number)}"
    if found.sender is not None:
        yield from (f"from:{word}" for word in _names_of(found.sender))
    for fact in found.facts:
        if fact.kind in ("invoice", "po"):
            joined = "".join(char for char in plain(fact.value) if char.isalnum())
            yield from (f"{fact.kind}:{word}" for word in number_words(joined))
        elif fact.kind == "amount" and (cents := cents_of(fact.value)) is not None:
            yield f"amount:{cents}"


def _names_of(sender: Address) -> Iterable[str]:
    address = sender_word(sender.email)
    yield address
    yield from address.split("@")
    yield from (sender_word(word) for word in plain(sender.name).split())
