"""Invoice and PO numbers in text. Shapes are general; the words around a number decide what it is the number of."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from classifiers.facts_states import CODES
from classifiers.facts_words import FILLERS, INVOICE, JOINERS, LABELS, NEITHER, NO_SERIES, PO, PURCHASE_ORDER

PREFIXES = (
    (re.compile(r"(?:inv|invoice|si)[-#./]?\d", re.I), INVOICE),
    (re.compile(r"po[-#./]|po\d|p\.o\.", re.I), PO),
    (
        re.compile(
            r"(?:cm|cr|rma|ra|rga|so|sq|qt|q|quote|cn|req|pr|eft|ach|ck|ext|rm|fy|ste|st|nt|tkt|case|sn)[-#./]?\d+$",
            re.I,
        ),
        NEITHER,
    ),
)
OWN_SHAPE = re.compile(r"(?:S\d{7}|K\d{11}|77\d{5})(?:-\d{1,2})?$")

DIGIT = re.compile(r"\d")
ITEM = re.compile(r"[^\s,;()\"<>|“”]+|[,;()|]|\n")
TRIM_LEFT, TRIM_RIGHT = "#'*:-=‘’.", ".:?!'*-=’…"
GLUED = re.compile(r"(?:p\.?o\.?|inv(?:oice)?s?|bill)[#:.]{1,3}(?=\w*\d)", re.I)

LONGEST_REMEMBERED = 40

ZIP = re.compile(r"\d{5}(?:-\d{4})?")
SERIES = re.compile(r"[A-Z]{2,4}")
# Dates, times, measures, ranges, phone and tax numbers, forms, versions: figures that name no document.
NOT_A_NUMBER = re.compile(
    r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}/(?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:[/-]\d\d)?|20\d\dq\d|\d{1,2}:\d\d(?::\d\d)?(?:[ap]m)?"
    r"|\d+(?:st|nd|rd|th|x|in|ft|k|gb|tb|mb|g|w|v|m|am|pm|hrs?|yrs?|days?|pcs|ea|up|pack|port|inch|lbs?|mm|cm|kg|s)"
    r"|\d+-(?:day|days|year|month|inch|in|port|pack|bay|hour|week|ft|page|line|pc|piece|foot|pin|up|yr)"
    r"|x\d{1,2}|n\d{2}|net-?\d+|q\d|fy-?\d+|h\d|w-?[289]|st-?\d+\w?|dtf-?\d+|1099|mp\d"
    r"|\d{3}[-.]\d{3}[-.]\d{4}|555-\d{4}|1-8\d\d-.*|\+\d[\d-]*|\d{2}-\d{7}"
    r"|\d+%|\d{1,3}(?:,\d{3})+|\d+\.\d\d|#?\d{1,2}|\d{1,3}(?:\.\d{1,3}){1,3}",
    re.IGNORECASE,
)
WEB = re.compile(r"@|://|www\.|\.(?:com|org|gov|example|test|net|pdf|xlsx?|docx?|jpe?g|png|csv|zip)\b", re.I)


class Document(NamedTuple):
    kind: str
    value: str
    start: int
    end: int


class Item(NamedTuple):
    text: str
    start: int
    end: int
    is_number: bool


def items_in(text: str, masked: Sequence[tuple[int, int]] = ()) -> list[Item]:
    """Words, marks and numbers in order. What is masked (amounts) is passed over."""
    hidden = bytearray(len(text))
    for start, end in masked:
        hidden[start:end] = b"\1" * (end - start)
    items: list[Item] = []
    for match in _matches_near_digits(text):
        start, end = match.span()
        if not match[0].isalpha() and (glued := GLUED.match(text, start, end)):
            items.append(Item(glued.group().rstrip("#:.").lower(), start, glued.end(), is_number=False))
            start = glued.end()
        item = _item(text[start:end], start, is_hidden=bool(hidden[start]))
        items.append(_with_series(text, items, item) if item.is_number else item)
    return items


def _matches_near_digits(text: str) -> Iterator[re.Match[str]]:
    """No word names a number across a line break, so lines without a digit need not be taken apart."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        if DIGIT.search(text, start, end):
            yield from ITEM.finditer(text, start, end)
        start = end


def _with_series(text: str, items: list[Item], item: Item) -> Item:
    """'UG 1-118' is one number where 'UG' is no word that names numbers: many firms number by series."""
    if not items or items[-1].is_number or items[-1].end + 1 != item.start:
        return item
    series = text[items[-1].start : items[-1].end]
    if series in CODES and ZIP.fullmatch(item.text):
        return item._replace(is_number=False)
    if not SERIES.fullmatch(series) or series in NO_SERIES or series.lower() in LABELS:
        return item
    before = items.pop()
    return Item(text[before.start : item.end], before.start, item.end, is_number=True)


def _item(whole: str, start: int, *, is_hidden: bool) -> Item:
    # Longer words are no numbers, and must not fill the memory.
    take_apart = _remembered if len(whole) <= LONGEST_REMEMBERED else _taken_apart
    word, kept, skipped, is_number = take_apart(whole)
    start += skipped
    if is_number and not is_hidden:
        return Item(kept, start, start + len(kept), is_number=True)
    return Item(word, start, start + len(kept), is_number=False)


def _taken_apart(whole: str) -> tuple[str, str, int, bool]:
    """The word in small letters, itself without the marks around, how many stood before, whether it may be a number."""
    if whole.isalpha():
        return whole.lower(), whole, 0, False
    kept = whole.lstrip(TRIM_LEFT)
    skipped = len(whole) - len(kept)
    kept = kept.rstrip(TRIM_RIGHT)
    if kept.endswith(("'s", "’s")):
        kept = kept[:-2]
    if kept.endswith("]") and "[" not in kept:
        kept = kept.rstrip("]")
    return (kept or whole).lower(), kept or whole, skipped, _may_be_document(kept)


# Mail repeats its words, its numbers and its marks.
_remembered = lru_cache(maxsize=10_000)(_taken_apart)


def _may_be_document(word: str) -> bool:
    if len(word) > 30 or not DIGIT.search(word):
        return False
    return not NOT_A_NUMBER.fullmatch(word) and not WEB.search(word)


def documents_in(text: str, masked: Sequence[tuple[int, int]] = (), fallback: str = INVOICE) -> list[Document]:
    """`fallback` says what a number is that looks like a document's and that no word names."""
    items = items_in(text, masked)
    found: list[Document] = []
    known: dict[str, str] = {}
    previous: tuple[int, str] | None = None
    for place, item in enumerate(items):
        if not item.is_number:
            continue
        kind = _kind(items, place, previous) or known.get(item.text) or _kind_by_shape(item.text, fallback)
        previous = (place, kind)
        known.setdefault(item.text, kind)
        if kind != NEITHER:
            found.append(Document(kind, item.text, item.start, item.end))
    return found


def _kind(items: Sequence[Item], place: int, previous: tuple[int, str] | None) -> str | None:
    for pattern, kind in PREFIXES:
        if pattern.match(items[place].text):
            return kind
    label = _label_before(items, place)
    if label is not None:
        return label
    if previous is not None and _is_joined(items, previous[0], place):
        return previous[1]
    return None


def _label_before(items: Sequence[Item], place: int) -> str | None:
    """The nearest naming word to the left, with nothing but fillers and one other word between."""
    others = 0
    near = items[max(0, place - 6) : place]
    for nearness, item in enumerate(reversed(near)):
        if item.is_number or item.text in ("\n", ";", "|"):
            return None
        word = item.text.rstrip("#.:").lower()
        label = LABELS.get(word)
        if word in PURCHASE_ORDER and nearness + 1 < len(near) and near[-nearness - 2].text.lower() == "purchase":
            return PO
        if label is not None:
            return label if others == 0 or label != NEITHER else None
        if word in FILLERS or not word:
            continue
        others += 1
        if others > 1:
            return None
    return None


def _is_joined(items: Sequence[Item], first: int, second: int) -> bool:
    between = items[first + 1 : second]
    return 0 < len(between) <= 2 and all(item.text.lower() in JOINERS for item in between)


def _kind_by_shape(number: str, fallback: str) -> str:
    if OWN_SHAPE.match(number):
        return INVOICE
    letters = sum(character.isalpha() for character in number)
    digits = sum(character.isdigit() for character in number)
    # Shorter ones are models and quantities: 40C, 10-A.
    is_long = digits >= 2 and len(number) >= 4
    if digits >= 5 or (is_long and not number.isdigit() and (number.upper() == number or not letters)):
        return fallback
    return NEITHER
