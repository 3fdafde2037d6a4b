"""What the words around a number, and the other numbers of its message, say that it is the number of.

Signs are only named here; `number_model` weighs them. They tell little of a number's shape, because every house numbers
in its own way: a model that looks at shapes reads the mail of its own house well and everybody else's badly.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from classifiers.candidates import Candidate
from classifiers.facts_words import FILLERS, INVOICE, LABELS, NEITHER, PO

LETTER = {NEITHER: "N", INVOICE: "I", PO: "P"}
NUMBERS_REMEMBERED = 4_000
CAPITALS, DIGITS = re.compile(r"[A-Z]+"), re.compile(r"\d+")
PREFIXES = (
    (re.compile(r"(?:inv|invoice|si)[-#./]?\d"), "I"),
    (re.compile(r"po[-#./]|po\d|p\.o\."), "P"),
    (
        re.compile(
            r"(?:cm|cr|rma|ra|rga|so|sq|qt|q|quote|cn|req|pr|eft|ach|ck|ext|rm|fy|ste|st|nt|tkt|case|sn)[-#./]?\d+$"
        ),
        "N",
    ),
)
# Dates, measures, phone and tax numbers, forms, versions: figures that mostly name no document.
ODD = re.compile(
    r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|(?:19|20)\d\d[/-]\d\d|x\d{1,2}|n\d{2}|q\d|fy-?\d+|h\d|w-?[289]|st-?\d+\w?"
    r"|dtf-?\d+|1099|mp\d|\d{3}[-.]\d{3}[-.]\d{4}|555-\d{4}|1-8\d\d-.*|\d{2}-\d{7}|\d{1,2}|\d{1,3}(?:\.\d{1,3}){1,3}"
    r"|.*\.(?:pdf|xlsx?|docx?|jpe?g|png|csv|zip)",
    re.IGNORECASE,
)


def key_of(number: str) -> str:
    """The same for '# 77 41' and '7741'."""
    return "".join(number.split()).lstrip("#").upper()


class Form(NamedTuple):
    """How a number is written, as far as that tells anything. `looks`: whether it could be that of a document."""

    looks: str
    begins_with_letter: bool
    has_letter: bool
    has_dash: bool
    is_long: bool


class Written(NamedTuple):
    """What the letters and digits of a number alone tell. `prefix` is the letter of what it calls itself, or ""."""

    key: str
    shape: str
    prefix: str
    form: Form


class Known(NamedTuple):
    """A candidate with what the looks of it and the words before it tell.

    `named`: what it is called, by a letter and how: by a word, by its own beginning, or as the one it is joined to.
    """

    one: Candidate
    key: str
    shape: str
    label: str
    named: str
    form: Form
    is_own: bool


def known_of(candidates: Sequence[Candidate], own_shape: re.Pattern[str]) -> list[Known]:
    found: list[Known] = []
    for one in candidates:
        key, shape, prefix, form = _written(one.text)
        named = prefix + "p" if prefix else _named(one)
        if named == "--" and one.is_joined and found:
            named = found[-1].named[0] + "j" if found[-1].named != "--" else named
        is_own = own_shape.fullmatch(one.text) is not None
        found.append(Known(one, key, shape, _label(one), named, form, is_own))
    return found


# A message names its numbers several times, and so does a conversation.
@lru_cache(maxsize=NUMBERS_REMEMBERED)
def _written(text: str) -> Written:
    lowered = text.lower()
    prefix = next((letter for pattern, letter in PREFIXES if pattern.match(lowered)), "")
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    form = Form(_looks(text, digits, letters), text[0].isalpha(), letters > 0, "-" in text, digits >= 5)
    return Written(key_of(text), DIGITS.sub("0", CAPITALS.sub("A", text.upper())), prefix, form)


def _label(one: Candidate) -> str:
    """The first word that names numbers, and how near it stands."""
    for place, word in enumerate(one.before):
        if word == "\n":
            break
        if word in LABELS:
            return LETTER[LABELS[word]] + ("0" if place == 0 else "1" if place < 3 else "2")
    return "-"


def _named(one: Candidate) -> str:
    kind = naming_word(one)[0]
    return LETTER[kind] + "w" if kind else "--"


def naming_word(one: Candidate) -> tuple[str | None, str]:
    """What the nearest naming word to the left names, with nothing but fillers and one other word between; and it."""
    others = 0
    words = one.before
    for place, word in enumerate(words[:6]):
        if word in ("\n", ";", "|") or word.isdigit():
            break
        # 'Order 5510' is an order of ours, 'purchase order 5510' a customer's PO.
        if word in ("order", "orders") and words[place + 1 : place + 2] == ("purchase",):
            return PO, word
        label = LABELS.get(word)
        if label is not None:
            return (label, word) if others == 0 or label != NEITHER else (None, "")
        if word not in FILLERS:
            others += 1
            if others > 1:
                break
    return None, ""


def _looks(text: str, digits: int, letters: int) -> str:
    """Whether the shape alone would let it pass for a document's number."""
    if ODD.fullmatch(text):
        return "odd"
    # Shorter ones are models and quantities: 40C, 10-A.
    is_long = digits >= 2 and len(text) >= 4
    fits = digits >= 5 or (is_long and letters + digits > digits and text.upper() == text)
    return "fit" if fits or (is_long and not letters and not text.isdigit()) else "small"


def signs_of(known: Sequence[Known], best: str, side: str) -> list[list[str]]:
    """The signs of each. `best` is the category that the message most probably has."""
    around = circumstances_of(known, best, side)
    return [[*words_around(each.one), *signs_in(where)] for each, where in zip(known, around, strict=True)]


class Company(NamedTuple):
    """What the numbers of a message are called, taken together."""

    has_own: bool
    labels: str
    called: Mapping[str, str]
    fields: Mapping[str, set[str]]
    alike: Mapping[str, str]

    @classmethod
    def of(cls, known: Sequence[Known]) -> "Company":
        labels = {each.label[0] for each in known}
        called: dict[str, set[str]] = {}
        fields: dict[str, set[str]] = {}
        alike: dict[str, set[str]] = {}
        for each in known:
            called.setdefault(each.key, set()).add(each.named[0])
            fields.setdefault(each.key, set()).add(each.one.field)
            alike.setdefault(each.shape, set()).add(each.named[0])
        return cls(
            any(each.is_own for each in known),
            f"{int('I' in labels)}{int('P' in labels)}",
            {key: _spelled(kinds - {"-"}) for key, kinds in called.items()},
            fields,
            {shape: _spelled(kinds) for shape, kinds in alike.items()},
        )


def _spelled(kinds: set[str]) -> str:
    return "".join(sorted(kinds)) if len(kinds) > 1 else next(iter(kinds), "")


def words_around(one: Candidate) -> Iterator[str]:
    """The signs that lie in the words themselves."""
    for word in one.before[:6]:
        yield "b:0" if word.isdigit() else "b:" + word
        if word == "\n":
            break
    for word in one.after:
        yield "a:0" if word.isdigit() else "a:" + word
        if word == "\n":
            break
    yield f"ab:{_plain(one.before)} {_plain(one.after)}"
    if one.starts_line:
        yield "ls"
        yield "hk" + "".join(sorted({LETTER[LABELS[word]] for word in one.head if word in LABELS}))
        yield from ("h:" + word for word in one.head)


def _plain(words: Sequence[str]) -> str:
    if not words:
        return "-"
    return "0" if words[0].isdigit() else words[0]


class Circumstances(NamedTuple):
    """What tells of a number beside the words around it. Few are ever met, so what they weigh can be remembered."""

    best: str
    side: str
    field: str
    elsewhere: tuple[str, ...]
    named: str
    label: str
    form: Form
    told: str
    beside: str
    like: str
    has_own: bool
    is_own: bool


def circumstances_of(known: Sequence[Known], best: str, side: str) -> list[Circumstances]:
    company = Company.of(known)
    found: list[Circumstances] = []
    for each in known:
        field, named, form = each.one.field, each.named, each.form
        others = company.fields[each.key]
        elsewhere = tuple(other for other in others if other != field) if len(others) > 1 else ()
        told = (company.called[each.key] or form.looks) if named == "--" else named[0]
        like, own = company.alike[each.shape], (company.has_own, each.is_own)
        found.append(
            Circumstances(best, side, field, elsewhere, named, each.label, form, told, company.labels, like, *own)
        )
    return found


def signs_in(where: Circumstances) -> Iterator[str]:
    """What the other numbers of the message tell of this one, and what its place tells."""
    best, field, named, label, told, form = where.best, where.field, where.named, where.label, where.told, where.form
    own = f"{int(where.has_own)}{int(where.is_own)}"
    size = f"{int(form.is_long)}{int(form.has_letter)}{int(form.has_dash)}"
    yield from ("also:" + other for other in where.elsewhere)
    yield from (
        f"r:{told}",
        f"r:{told}|{best}",
        f"r:{told}|{named}|{best}",
        f"r:{told}|x{where.beside}",
        f"r:{told}|o{own}",
        f"r:{told}|{field}",
        f"r:{told}|{form.looks}",
        f"r:{told}|{int(form.begins_with_letter)}{int(form.has_dash)}|{best}",
        f"x{where.beside}|{best}",
        f"x{where.beside}|{named}",
        f"s{where.like}",
        f"s{where.like}|{named}",
        f"o{own}",
        f"o{own}|{best}",
        f"o{own}|{named}",
        f"o{own}|{label}",
        f"field:{field}",
        f"field:{field}|{best}",
        f"field:{field}|{size}|{best}",
        "side:" + where.side,
        f"l:{label}",
        f"l:{label}|{best}",
        f"l:{label}|{size}",
    )
