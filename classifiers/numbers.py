"""What the words around a number, and the other numbers of its message, say that it is the number of.

Signs are only named here; `number_model` weighs them. They tell little of a number's shape, because every house numbers
in its own way: a model that looks at shapes reads the mail of its own house well and everybody else's badly.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from classifiers.candidates import Candidate
from classifiers.facts_words import FILLERS, INVOICE, LABELS, NEITHER, PO

LETTER = {NEITHER: "N", INVOICE: "I", PO: "P"}
RUNS = re.compile(r"[A-Z]+|\d+")
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


class Known(NamedTuple):
    """A candidate with what the looks of it and the words before it tell.

    `named`: what it is called, by a letter and how: by a word, by its own beginning, or as the one it is joined to.
    """

    one: Candidate
    key: str
    shape: str
    label: str
    named: str
    looks: str
    is_own: bool


def known_of(candidates: Sequence[Candidate], own_shape: re.Pattern[str]) -> list[Known]:
    found: list[Known] = []
    for one in candidates:
        named = _name(one)
        if named == "--" and one.is_joined and found:
            named = found[-1].named[0] + "j" if found[-1].named != "--" else named
        shape = RUNS.sub(lambda run: "0" if run.group()[0].isdigit() else "A", one.text.upper())
        is_own = own_shape.fullmatch(one.text) is not None
        found.append(Known(one, key_of(one.text), shape, _label(one), named, _looks(one.text), is_own))
    return found


def _label(one: Candidate) -> str:
    """The first word that names numbers, and how near it stands."""
    for place, word in enumerate(one.before):
        if word == "\n":
            break
        if word in LABELS:
            return LETTER[LABELS[word]] + ("0" if place == 0 else "1" if place < 3 else "2")
    return "-"


def _name(one: Candidate) -> str:
    lowered = one.text.lower()
    for pattern, letter in PREFIXES:
        if pattern.match(lowered):
            return letter + "p"
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


def _looks(text: str) -> str:
    """Whether the shape alone would let it pass for a document's number."""
    if ODD.fullmatch(text):
        return "odd"
    digits, letters = sum(map(str.isdigit, text)), sum(map(str.isalpha, text))
    # Shorter ones are models and quantities: 40C, 10-A.
    is_long = digits >= 2 and len(text) >= 4
    fits = digits >= 5 or (is_long and letters + digits > digits and text.upper() == text)
    return "fit" if fits or (is_long and not letters and not text.isdigit()) else "small"


def signs_of(known: Sequence[Known], best: str, side: str) -> list[list[str]]:
    """The signs of each. `best` is the category that the message most probably has."""
    company = Company.of(known)
    return [[*_words(each.one), *_company(each, company, best), *_place(each, best, side)] for each in known]


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
            {key: "".join(sorted(kinds - {"-"})) for key, kinds in called.items()},
            fields,
            {shape: "".join(sorted(kinds)) for shape, kinds in alike.items()},
        )


def _words(one: Candidate) -> Iterator[str]:
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


def _company(known: Known, company: Company, best: str) -> Iterator[str]:
    """What the other numbers of the message tell of this one."""
    named = known.named
    told = (company.called[known.key] or known.looks) if named == "--" else named[0]
    own = f"{int(company.has_own)}{int(known.is_own)}"
    beside, like = company.labels, company.alike[known.shape]
    field = known.one.field
    yield from ("also:" + other for other in company.fields[known.key] if other != field)
    yield from (
        f"r:{told}",
        f"r:{told}|{best}",
        f"r:{told}|{named}|{best}",
        f"r:{told}|x{beside}",
        f"r:{told}|o{own}",
        f"r:{told}|{field}",
        f"r:{told}|{known.looks}",
        f"r:{told}|{int(known.one.text[0].isalpha())}{int('-' in known.one.text)}|{best}",
        f"x{beside}|{best}",
        f"x{beside}|{named}",
        f"s{like}",
        f"s{like}|{named}",
        f"o{own}",
        f"o{own}|{best}",
        f"o{own}|{named}",
        f"o{own}|{known.label}",
    )


def _place(known: Known, best: str, side: str) -> Iterator[str]:
    text, field = known.one.text, known.one.field
    size = f"{int(sum(map(str.isdigit, text)) >= 5)}{int(any(map(str.isalpha, text)))}{int('-' in text)}"
    yield from (f"field:{field}", f"field:{field}|{best}", f"field:{field}|{size}|{best}", "side:" + side)
    yield from (f"l:{known.label}", f"l:{known.label}|{best}", f"l:{known.label}|{size}")
