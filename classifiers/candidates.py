"""Whatever in a message may be the number of a document, and what stands around it.

Nothing is decided here. What a number is the number of is told by the words around it more than by its shape, as every
house numbers in its own way.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from classifiers.facts_states import CODES
from classifiers.facts_words import LABELS, NO_SERIES

LONGEST = 30
# A page of numbers is a list, and a list this long is nothing that a person wrote.
MOST = 120
BEFORE, AFTER = 70, 40
REMEMBERED = 4_000

FROM_DIGIT = re.compile(r"\d\S*")
DIGIT = re.compile(r"\d")
SEPARATED = re.compile(r"[^,;|()\"<>“”]+")
TRIM_LEFT, TRIM_RIGHT = "#'*:-=‘’.&/+~", ".:?!'*-=’…&/+~"
GLUED = re.compile(r"(?:p\.?o\.?|inv(?:oice)?s?|bill|order|#)[#:.=]{1,3}(?=\w*\d)", re.I)
WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[#:()/&,;.!?|]|\n")
# The same for text in ASCII, which takes half as long to read: letters are then a range and no property.
ASCII_WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[#:()/&,;.!?|]|\n", re.ASCII)
SERIES = re.compile(r"(?<![\w&/.-])([A-Z]{2,4}) $")
JOINERS = re.compile(r"[\s)]{0,3}(?:[,;&/+-]|,? ?(?:and|or|through|thru|to|plus|und|et|y)\b|, )[\s(#]{0,3}", re.I)
ZIP = re.compile(r"\d{5}(?:-\d{4})?")
# Dates, times, measures, ranges, phone and tax numbers, versions: figures that name no document.
NOT_A_NUMBER = re.compile(
    r"(?:0?[1-9]|1[0-2])[/.](?:[12]\d|3[01]|0?[1-9])(?:[/.](?:20)?\d\d)?|(?:[12]\d|3[01]|0?[1-9])\.(?:0?[1-9]|1[0-2])\.(?:20)?\d\d"
    r"|(?:19|20)\d\d[/.-](?:0[1-9]|1[0-2])[/.-]\d\d|(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])-(?:19|20)\d\d|\d{1,2}/(?:19|20)\d\d"
    r"|(?:19|20)\d\d|20\d\dq\d|\d{1,2}:\d\d(?::\d\d)?(?:[ap]m)?"
    r"|\d+(?:st|nd|rd|th|x|in|ft|gb|tb|mb|am|pm|hrs?|yrs?|days?|pcs|ea|up|pack|port|inch|lbs?|mm|cm|kg)"
    r"|\d+-(?:day|days|year|month|inch|in|port|pack|bay|hour|week|ft|page|line|pc|piece|foot|pin|up|yr)"
    r"|net-?\d+|\+\d[\d-]*|\d+%|\d{1,3}(?:,\d{3})+|#?\d|\d{1,2}\.\d{1,3}",
    re.IGNORECASE,
)
WEB = re.compile(r"@|://|www\.|\.(?:com|org|gov|example|test|net)\b", re.I)


class Candidate(NamedTuple):
    """A number and its surroundings. `before` begins with the nearest word, and all are in small letters."""

    text: str
    field: str
    start: int
    end: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    starts_line: bool
    head: tuple[str, ...]
    is_joined: bool


def candidates_in(text: str, field: str, masked: Sequence[tuple[int, int]] = ()) -> list[Candidate]:
    """In the order of the text. What is masked (amounts) is none."""
    found: list[Candidate] = []
    hidden = bytearray(len(text))
    for start, end in masked:
        hidden[start:end] = b"\1" * (end - start)
    for first, last in words_with_digits(text):
        for start, end in _parts(text, first, last):
            if start >= end or hidden[start]:
                continue
            if (one := _candidate(text, field, start, end, found[-1].end if found else -99)) is not None:
                found.append(one)
                if len(found) >= MOST:
                    return found
    return found


def words_with_digits(text: str) -> Iterator[tuple[int, int]]:
    """Where they begin and end. Going back from a digit is quicker than trying every word."""
    before = 0
    for match in FROM_DIGIT.finditer(text):
        start, end = match.span()
        while start > before and not text[start - 1].isspace():
            start -= 1
        yield start, end
        before = end


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start > 200:
        return
    for match in SEPARATED.finditer(text, start, end):
        first, last = match.span()
        if glued := GLUED.match(text, first, last):
            first = glued.end()
        while first < last and text[first] in TRIM_LEFT:
            first += 1
        while first < last and text[last - 1] in TRIM_RIGHT:
            last -= 1
        if text[first:last].endswith(("'s", "’s")):
            last -= 2
        yield first, last


def _candidate(text: str, field: str, start: int, end: int, last: int) -> Candidate | None:
    word = text[start:end]
    if not 2 <= len(word) <= LONGEST or not _may_name_a_document(word):
        return None
    # Without a blank before it there is no need to look.
    series = SERIES.search(text, max(0, start - 6), start) if text[start - 1 : start] in (" ", "\n") else None
    if series is not None:
        name = series.group(1)
        if name in CODES and ZIP.fullmatch(word):
            return None
        if name not in NO_SERIES and name.lower() not in LABELS:
            start = series.start(1)
    line = text.rfind("\n", 0, start) + 1
    starts_line = not text[line:start].strip(" -*#•\t")
    before = _words_of(text[max(0, start - BEFORE) : start])
    return Candidate(
        text[start:end],
        field,
        start,
        end,
        tuple(before[:-9:-1]),
        tuple(_words_of(text[end : end + AFTER])[:5]),
        starts_line,
        _head(text, line) if starts_line else (),
        0 <= start - last < 12 and JOINERS.fullmatch(text, last, start) is not None,
    )


# A message names its numbers several times, and the same dates stand in all mail of a day.
@lru_cache(maxsize=REMEMBERED)
def _may_name_a_document(word: str) -> bool:
    return bool(DIGIT.search(word)) and not (NOT_A_NUMBER.fullmatch(word) or WEB.search(word))


def _words_of(text: str) -> list[str]:
    low = text.lower()
    return (ASCII_WORDS if low.isascii() else WORDS).findall(low)


def _head(text: str, line: int) -> tuple[str, ...]:
    """The nearest line above without a digit: the heading of a list or a table."""
    end = line - 1
    for _ in range(8):
        if end <= 0:
            return ()
        start = text.rfind("\n", 0, end) + 1
        above = text[start:end]
        if above.strip() and not DIGIT.search(above):
            return tuple(_words_of(above[:60])[:6])
        end = start - 1
    return ()
