"""Which words of a message spoke for a category: from the weights back to the places in the text."""

from collections.abc import Iterator, Sequence

import numpy as np

from classifiers.features import Floats, Seen
from classifiers.tokens import Piece
from classifiers.verdict import OWN_FIELDS, Evidence, Found, MailText

MOST = 5
LONGEST_SPAN = 8
# A span that adds less than this share of all that spoke for the category would only be noise to a reader.
LEAST_SHARE = 0.04
SPEAKS_FOR = {
    "revision": "speaks for an invoice revision",
    "refund": "speaks for a refund",
    "tax_exempt": "speaks for a tax exemption",
    "po_verification": "speaks for a PO verification",
    "dispute": "speaks for a dispute",
    "other": "speaks for none of the five",
}
NAMES = {"invoice": "invoice number", "po": "PO number", "amount": "amount", "state": "state"}


def point_out(mail: MailText, seen: Seen, leanings: Floats, best: str, facts: Sequence[Found]) -> tuple[Evidence, ...]:
    """`leanings` holds, for each distinct row of the vector in order, what one occurrence adds to `best`."""
    spoken = _spoken(mail, seen, leanings, best) if len(leanings) else []
    return (*spoken, *_facts(facts))


def _spoken(mail: MailText, seen: Seen, leanings: Floats, best: str) -> list[Evidence]:
    pieces = len(seen.subject) + len(seen.newest)
    inside = seen.owners >= 0
    added = leanings[np.searchsorted(seen.distinct, seen.rows[inside])]
    # A plain list, as single numbers are read from it: that is several times slower from an array.
    weights = np.bincount(seen.owners[inside], weights=added, minlength=pieces).tolist()
    first = len(seen.subject)
    spans = [
        *_spans("subject", mail.subject, seen.subject, weights[:first]),
        *_spans("newest_text", mail.newest_text, seen.newest, weights[first:]),
    ]
    total = sum(weight for weight, _, _, _ in spans)
    strongest = sorted(spans, key=lambda span: (-span[0], span[1] != "subject", span[2]))[:MOST]
    texts = {"subject": mail.subject, "newest_text": mail.newest_text}
    return [
        Evidence(field, start, end, texts[field][start:end], SPEAKS_FOR[best])
        for weight, field, start, end in strongest
        if weight >= LEAST_SHARE * total
    ]


def _spans(
    field: str, text: str, pieces: Sequence[Piece], weights: Sequence[float]
) -> Iterator[tuple[float, str, int, int]]:
    """Neighbouring words of one sentence that all speak for the category make one span."""
    run: list[int] = []
    for number, piece in enumerate(pieces):
        speaks = weights[number] > 0
        ends = not speaks or len(run) == LONGEST_SPAN or (run and pieces[run[-1]].sentence != piece.sentence)
        if run and ends:
            yield _span(field, text, pieces, weights, run)
            run = []
        if speaks:
            run.append(number)
    if run:
        yield _span(field, text, pieces, weights, run)


def _span(
    field: str, text: str, pieces: Sequence[Piece], weights: Sequence[float], run: Sequence[int]
) -> tuple[float, str, int, int]:
    start, end = pieces[run[0]].start, pieces[run[-1]].end
    bare = text[start:end].rstrip(".,;:!)\"'")
    return sum(weights[run[0] : run[-1] + 1]), field, start, start + len(bare) if bare else end


def _facts(facts: Sequence[Found]) -> Iterator[Evidence]:
    told: set[tuple[str, str]] = set()
    for fact in facts:
        if fact.field in OWN_FIELDS and (fact.kind, fact.value) not in told:
            told.add((fact.kind, fact.value))
            yield Evidence(fact.field, fact.start, fact.end, fact.text, f"read as {NAMES[fact.kind]} {fact.value}")
