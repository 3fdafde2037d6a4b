"""Which words of a message spoke for a category: from the weights back to the places in the text."""

from collections.abc import Iterator, Sequence

import numpy as np

from classifiers.blend import Blend, Opinion
from classifiers.categories import CATEGORIES
from classifiers.encoder import Heard
from classifiers.linear import Judged
from classifiers.pairs import ROW
from classifiers.spans import Span, strongest
from classifiers.tokens import places_of
from classifiers.verdict import MEANT, OWN_FIELDS, Evidence, Found, MailText

IN_WORDS = {
    "revision": "an invoice revision",
    "refund": "a refund",
    "tax_exempt": "a tax exemption",
    "po_verification": "a PO verification",
    "dispute": "a dispute",
    "other": "none of the five",
}
NAMES = {"invoice": "invoice number", "po": "PO number", "amount": "amount", "state": "state"}


def point_out(mail: MailText, spans: Sequence[Span], best: str, facts: Sequence[Found]) -> tuple[Evidence, ...]:
    """The words that spoke for `best`, and the facts."""
    return (*_spoken(mail, spans, best), *_facts(facts))


def telling_spans(judged: Judged, heard: Heard | None, opinion: Opinion, blend: Blend) -> Sequence[Span]:
    """What spoke for the best category, in what the encoder made of the words and in the cheap models' own weights."""
    if heard is None:
        return judged.spans
    spoken = np.zeros(len(judged.spoken))
    parts = heard.spoken(opinion.best)[: len(spoken)]
    spoken[: len(parts)] = blend.encoder * parts
    # For another category than theirs the cheap models have nothing at hand, and what they have speaks against it.
    if CATEGORIES[int(judged.scores.argmax())] == opinion.best:
        spoken += blend.own * judged.spoken
    return strongest(spoken, judged.stretches, np.array([0, judged.newest, len(spoken)], ROW))[0]


def _spoken(mail: MailText, spans: Sequence[Span], best: str) -> Iterator[Evidence]:
    newest = 1 + max((span.last for span in spans if span.is_newest), default=-1)
    subject = 1 + max((span.last for span in spans if not span.is_newest), default=-1)
    places = {True: places_of(mail.newest_text, newest), False: places_of(mail.subject, subject)}
    for span in spans:
        field, text = ("newest_text", mail.newest_text) if span.is_newest else ("subject", mail.subject)
        start, end = places[span.is_newest][span.first][0], places[span.is_newest][span.last][1]
        bare = text[start:end].rstrip(".,;:!)\"'")
        end = start + len(bare) if bare else end
        yield Evidence(field, start, end, text[start:end], f"speaks for {IN_WORDS[best]}")


def _facts(facts: Sequence[Found]) -> Iterator[Evidence]:
    told: set[tuple[str, str]] = set()
    for fact in facts:
        if fact.role == MEANT and fact.field in OWN_FIELDS and (fact.kind, fact.value) not in told:
            told.add((fact.kind, fact.value))
            yield Evidence(fact.field, fact.start, fact.end, fact.text, f"read as {NAMES[fact.kind]} {fact.value}")
