"""The spaCy pipeline: which components read a message, in which order, and what each leaves behind.

Importing this module registers the components by name; it loads no model.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.calibration import UNCALIBRATED, Calibration
from classifiers.categories import CATEGORIES, TEXT_MAY_OVERRULE, automatic_reason
from classifiers.evidence import point_out
from classifiers.facts import facts_in
from classifiers.linear import Judged, Weights
from classifiers.number_model import OWN_SHAPE, NumberModel
from classifiers.verdict import UNSORTED, Evidence, Found, MailText, Scored

COMPONENTS = ("sorter", "calibration", "facts", "evidence")
READING = "reading"
# More would take memory and save no more time.
MOST_AT_ONCE = 64
# The headers are as good as certain; the rest is left for a header that lies.
AUTOMATIC_PROBABILITY = 0.99


@dataclass(slots=True)
class Decision:
    category: str
    best: str
    probability: float
    categories: tuple[Scored, ...]
    reason: tuple[str, float]
    by_headers: bool = False


@dataclass(slots=True)
class Reading:
    """What is known of a message so far; each component adds its part."""

    mail: MailText
    judgement: Judged | None = None
    decision: Decision | None = None
    facts: tuple[Found, ...] = ()
    currency: str = "USD"
    evidence: tuple[Evidence, ...] = ()


def to_doc(vocab: Vocab, mail: MailText) -> Doc:
    """A document without tokens: spaCy would keep every word of every message in its string store for ever."""
    doc = Doc(vocab)
    doc.user_data[READING] = Reading(mail)
    return doc


def reading_of(doc: Doc) -> Reading:
    reading: Reading = doc.user_data[READING]
    return reading


class SorterComponent:
    """Scores the six categories."""

    def __init__(self, weights: Weights | None = None) -> None:
        self.weights = weights

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = MOST_AT_ONCE) -> Iterator[Doc]:
        if self.weights is None:
            raise ModelNotLoadedError
        waiting = iter(stream)
        while docs := list(islice(waiting, min(batch_size, MOST_AT_ONCE))):
            readings = [reading_of(doc) for doc in docs]
            for reading, judged in zip(readings, self.weights.judge([one.mail for one in readings]), strict=True):
                reading.judgement = judged
            yield from docs

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        if self.weights is not None:
            self.weights.save(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "SorterComponent":  # noqa: ARG002
        self.weights = Weights.load(Path(path))
        return self


class CalibrationComponent:
    """Turns scores into a probability, and abstains below the threshold."""

    def __init__(self, calibration: Calibration = UNCALIBRATED) -> None:
        self.calibration = calibration

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        if reading.judgement is None:
            raise ModelNotLoadedError
        by_text = self._by_text(reading.judgement)
        if not _says_something(reading.mail):
            # What the model thinks of silence comes from who writes such mail, not from this message.
            by_text.category = UNSORTED
        by_headers = _by_headers(reading.mail.automatic, by_text)
        reading.decision = by_headers or by_text
        return doc

    def _by_text(self, judgement: Judged) -> Decision:
        best = CATEGORIES[int(judgement.scores.argmax())]
        probability = self.calibration.probability(judgement.scores, judgement.member_scores)
        beside = self.calibration.members(judgement.member_scores, best)
        categories = (Scored(best, probability), *(Scored(name, chance) for name, chance in beside))
        category = best if probability >= self.calibration.threshold else UNSORTED
        return Decision(category, best, probability, categories, judgement.reason)

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.calibration.save(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "CalibrationComponent":  # noqa: ARG002
        self.calibration = Calibration.load(Path(path))
        return self


def _says_something(mail: MailText) -> bool:
    return any(letter.isalpha() for letter in mail.subject) or any(letter.isalpha() for letter in mail.newest_text)


def _by_headers(kind: str | None, by_text: Decision) -> Decision | None:
    reason = automatic_reason(kind)
    if reason is None:
        return None
    if kind in TEXT_MAY_OVERRULE and by_text.category not in (UNSORTED, "other"):
        return None
    categories = (Scored("other", AUTOMATIC_PROBABILITY),)
    return Decision(
        "other", "other", AUTOMATIC_PROBABILITY, categories, (reason, AUTOMATIC_PROBABILITY), by_headers=True
    )


class FactsComponent:
    """Reads numbers, amounts and states."""

    def __init__(self, numbers: NumberModel | None = None) -> None:
        self.numbers = numbers or NumberModel()
        self.own_shape = OWN_SHAPE

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        # What a bounce or an absence note repeats is nobody's statement.
        if reading.decision and not reading.decision.by_headers:
            best = reading.decision.best
            reading.facts, reading.currency = facts_in(reading.mail, best, self.numbers, self.own_shape)
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.numbers.save(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "FactsComponent":  # noqa: ARG002
        self.numbers = NumberModel.load(Path(path))
        return self


class EvidenceComponent:
    """Points at the words that spoke for the best category, and at the facts."""

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        if reading.judgement and reading.decision:
            # The words of an absence note did not decide what it is.
            judged = None if reading.decision.by_headers else reading.judgement
            reading.evidence = point_out(reading.mail, judged, reading.decision.best, reading.facts)
        return doc


class ModelNotLoadedError(RuntimeError):
    """The pipeline was run before its model was loaded."""


# spaCy names every factory's arguments itself, wanted or not.
@Language.factory("creditdesk_sorter")
def make_sorter(nlp: Language, name: str) -> SorterComponent:  # noqa: ARG001
    return SorterComponent()


@Language.factory("creditdesk_calibration")
def make_calibration(nlp: Language, name: str) -> CalibrationComponent:  # noqa: ARG001
    return CalibrationComponent()


@Language.factory("creditdesk_facts")
def make_facts(nlp: Language, name: str) -> FactsComponent:  # noqa: ARG001
    return FactsComponent()


@Language.factory("creditdesk_evidence")
def make_evidence(nlp: Language, name: str) -> EvidenceComponent:  # noqa: ARG001
    return EvidenceComponent()
