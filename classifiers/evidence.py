"""Which words of a message spoke for a category: from the weights back to the places in the text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from classifiers.linear import Judged
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


class _Span(NamedTuple):
    weight: float
    is_newest: bool
    first: int
    last: int


def point_out(mail: MailText, judged: Judged | None, best: str, facts: Sequence[Found]) -> tuple[Evidence, ...]:
    """The words that spoke for `best`, where words decided, and the facts."""
    spoken = _spoken(mail, judged, best) if judged is not None else []
    return (*spoken, *_facts(facts))


def _spoken(mail: MailText, judged: Judged, best: str) -> list[Evidence]:
    pieces, weights, newest = (*judged.subject, *judged.newest), judged.spoken, len(judged.subject)
    spans = [
        _Span(sum(weights[first : last + 1]), first >= newest, first, last)
        for first, last in _runs(pieces, weights, newest)
    ]
    total = sum(span.weight for span in spans)
    strongest = sorted(spans, key=lambda span: (-span.weight, span.first))[:MOST]
    return [_shown(mail, pieces, span, best) for span in strongest if span.weight >= LEAST_SHARE * total]


def _runs(pieces: Sequence[Piece], weights: Sequence[float], newest: int) -> Iterator[tuple[int, int]]:
    """Neighbouring words of one sentence that all speak for the category make one span, by its first and last piece.

    `newest` is the number of the first piece that does not stand in the subject.
    """
    first = last = -2
    for number, weight in enumerate(weights):
        if weight <= 0:
            continue
        goes_on = number == last + 1 and number != newest and number - first < LONGEST_SPAN
        if goes_on and pieces[number].sentence == pieces[last].sentence:
            last = number
            continue
        if first >= 0:
            yield first, last
        first = last = number
    if first >= 0:
        yield first, last


def _shown(mail: MailText, pieces: Sequence[Piece], span: _Span, best: str) -> Evidence:
    field, text = ("newest_text", mail.newest_text) if span.is_newest else ("subject", mail.subject)
    start, end = pieces[span.first].start, pieces[span.last].end
    bare = text[start:end].rstrip(".,;:!)\"'")
    end = start + len(bare) if bare else end
    return Evidence(field, start, end, text[start:end], SPEAKS_FOR[best])


def _facts(facts: Sequence[Found]) -> Iterator[Evidence]:
    told: set[tuple[str, str]] = set()
    for fact in facts:
        if fact.field in OWN_FIELDS and (fact.kind, fact.value) not in told:
            told.add((fact.kind, fact.value))
            yield Evidence(fact.field, fact.start, fact.end, fact.text, f"read as {NAMES[fact.kind]} {fact.value}")
