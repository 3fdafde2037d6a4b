"""Which words of a message spoke for a category: from the weights back to the places in the text."""

from collections.abc import Iterator, Sequence

from classifiers.linear import Judged
from classifiers.spans import Span
from classifiers.tokens import places_of
from classifiers.verdict import MEANT, OWN_FIELDS, Evidence, Found, MailText

SPEAKS_FOR = {
    "revision": "speaks for an invoice revision",
    "refund": "speaks for a refund",
    "tax_exempt": "speaks for a tax exemption",
    "po_verification": "speaks for a PO verification",
    "dispute": "speaks for a dispute",
    "other": "speaks for none of the five",
}
NAMES = {"invoice": "invoice number", "po": "PO number", "amount": "amount", "state": "state"}


def point_out(mail: MailText, judged: Judged | None, best: str, facts: Sequence[Found]) -> tuple[Evidence, ...]:
    """The words that spoke for `best`, where words decided, and the facts."""
    spoken = _spoken(mail, judged.spans, best) if judged is not None else ()
    return (*spoken, *_facts(facts))


def _spoken(mail: MailText, spans: Sequence[Span], best: str) -> Iterator[Evidence]:
    newest = 1 + max((span.last for span in spans if span.is_newest), default=-1)
    subject = 1 + max((span.last for span in spans if not span.is_newest), default=-1)
    places = {True: places_of(mail.newest_text, newest), False: places_of(mail.subject, subject)}
    for span in spans:
        field, text = ("newest_text", mail.newest_text) if span.is_newest else ("subject", mail.subject)
        start, end = places[span.is_newest][span.first][0], places[span.is_newest][span.last][1]
        bare = text[start:end].rstrip(".,;:!)\"'")
        end = start + len(bare) if bare else end
        yield Evidence(field, start, end, text[start:end], SPEAKS_FOR[best])


def _facts(facts: Sequence[Found]) -> Iterator[Evidence]:
    told: set[tuple[str, str]] = set()
    for fact in facts:
        if fact.role == MEANT and fact.field in OWN_FIELDS and (fact.kind, fact.value) not in told:
            told.add((fact.kind, fact.value))
            yield Evidence(fact.field, fact.start, fact.end, fact.text, f"read as {NAMES[fact.kind]} {fact.value}")
