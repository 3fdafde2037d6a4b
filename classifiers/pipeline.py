"""The spaCy pipeline: which components read a message, in which order, and what each leaves behind.

Importing this module registers the components by name; it loads no model.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.asking import AskingComponent
from classifiers.deciding import AbstentionComponent, AutomaticComponent, CalibrationComponent, EncoderComponent
from classifiers.evidence import point_out
from classifiers.facts import facts_in
from classifiers.house import NumberShapes
from classifiers.linear import Weights
from classifiers.number_model import NumberModel
from classifiers.reading import ModelNotLoadedError, reading_of

COMPONENTS = ("sorter", "encoder", "calibration", "abstention", "automatic", "asking", "facts", "evidence")
# More would take memory and save no more time.
MOST_AT_ONCE = 64


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


class FactsComponent:
    """Reads numbers, amounts and states."""

    def __init__(self, numbers: NumberModel | None = None) -> None:
        self.numbers = numbers or NumberModel()
        self.shapes = NumberShapes()

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        # What a bounce or an absence note repeats is nobody's statement.
        if reading.decision and not reading.decision.by_headers:
            best = reading.decision.best
            reading.facts, reading.currency = facts_in(reading.mail, best, self.numbers, self.shapes)
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
            spans = () if reading.decision.by_headers else reading.spans
            reading.evidence = point_out(reading.mail, spans, reading.decision.best, reading.facts)
        return doc


# spaCy names every factory's arguments itself, wanted or not.
@Language.factory("creditdesk_sorter")
def make_sorter(nlp: Language, name: str) -> SorterComponent:  # noqa: ARG001
    return SorterComponent()


@Language.factory("creditdesk_encoder")
def make_encoder(nlp: Language, name: str) -> EncoderComponent:  # noqa: ARG001
    return EncoderComponent()


@Language.factory("creditdesk_calibration")
def make_calibration(nlp: Language, name: str) -> CalibrationComponent:  # noqa: ARG001
    return CalibrationComponent()


@Language.factory("creditdesk_abstention")
def make_abstention(nlp: Language, name: str) -> AbstentionComponent:  # noqa: ARG001
    return AbstentionComponent()


@Language.factory("creditdesk_automatic")
def make_automatic(nlp: Language, name: str) -> AutomaticComponent:  # noqa: ARG001
    return AutomaticComponent()


@Language.factory("creditdesk_asking")
def make_asking(nlp: Language, name: str) -> AskingComponent:  # noqa: ARG001
    return AskingComponent()


@Language.factory("creditdesk_facts")
def make_facts(nlp: Language, name: str) -> FactsComponent:  # noqa: ARG001
    return FactsComponent()


@Language.factory("creditdesk_evidence")
def make_evidence(nlp: Language, name: str) -> EvidenceComponent:  # noqa: ARG001
    return EvidenceComponent()
