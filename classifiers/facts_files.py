"""The document numbers in enclosed files: a purchase order as PDF, a statement as workbook.

A form says what its numbers are, so only a number with its word right before it, or above it in a table, is read. Many
of one kind are a list that the file goes through, and no one of them is what the message is about.
"""

from collections.abc import Iterable, Iterator, Sequence

from classifiers.candidates import Candidate, candidates_in
from classifiers.facts_amounts import amounts_in
from classifiers.facts_words import INVOICE, LABELS, NEITHER, PO
from classifiers.house import NumberShapes
from classifiers.numbers import LETTER, key_of, known_of
from classifiers.verdict import MEANT, MENTIONED, Found, MailText

READ_OF_A_FILE = 20_000
FILES_READ = 10
MOST_MEANT = 5
PAGE_END = "\f"
_CALLED = {letter: kind for kind, letter in LETTER.items() if kind != NEITHER}


def facts_in_files(mail: MailText, found: Sequence[Found], shapes: NumberShapes) -> Iterator[Found]:
    """What the files add. A kind of number that the message itself names is only mentioned by its files."""
    named = {fact.kind for fact in found if fact.role == MEANT}
    read = list(_numbers(mail, shapes))
    for kind in (INVOICE, PO):
        numbers = {key_of(one.value) for one in read if one.kind == kind}
        is_meant = kind not in named and len(numbers) <= MOST_MEANT
        yield from _with_role((one for one in read if one.kind == kind), MEANT if is_meant else MENTIONED)


def _numbers(mail: MailText, shapes: NumberShapes) -> Iterator[Found]:
    for name, text in list(zip(mail.attachments, mail.file_texts, strict=True))[:FILES_READ]:
        part = text[:READ_OF_A_FILE]
        masked = [(amount.start, amount.end) for amount in amounts_in(part)]
        for one, kind in _named(candidates_in(part, "file", masked), shapes):
            place = f"{name}, page {part.count(PAGE_END, 0, one.start) + 1}"
            yield Found(kind, one.text, one.text, "file", one.start, one.end, MEANT, place)


def _named(candidates: Sequence[Candidate], shapes: NumberShapes) -> Iterator[tuple[Candidate, str]]:
    """Those that their shape, a word, their own beginning or the heading of their column calls an invoice or a PO."""
    column: str | None = None
    for known in known_of(candidates, shapes.own_invoice):
        one = known.one
        kind = _CALLED.get(known.named[0])
        if one.starts_line:
            # A heading is looked for a few lines up only; further down its table goes on.
            column = next((LABELS[word] for word in one.head if word in LABELS), None) if one.head else column
            kind = kind or column
        kind = shapes.kind_of(one.text) or kind
        if kind in (INVOICE, PO):
            yield one, kind


def _with_role(found: Iterable[Found], role: str) -> Iterator[Found]:
    for one in found:
        yield Found(one.kind, one.value, one.text, one.field, one.start, one.end, role, one.place)
