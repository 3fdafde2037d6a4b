"""The components that make a decision of scores: the encoder where it is needed, calibration, abstention, headers."""

from collections.abc import Iterable
from pathlib import Path

from spacy.tokens import Doc

from classifiers.abstention import Abstention, expected_cost
from classifiers.calibration import UNCALIBRATED, Calibration
from classifiers.categories import CATEGORIES, TEXT_MAY_OVERRULE, automatic_reason
from classifiers.encoder import Heard, Listener
from classifiers.evidence import telling_spans
from classifiers.house import NO_COSTS, Costs
from classifiers.linear import Judged
from classifiers.reading import Decision, ModelNotLoadedError, Reading, reading_of, says_something
from classifiers.verdict import UNSORTED, Scored

# The headers are as good as certain; the rest is left for a header that lies.
AUTOMATIC_PROBABILITY = 0.99


class EncoderComponent:
    """Asks the encoder where the cheap models are not sure, and only there: it takes twenty times as long."""

    def __init__(self, encoder: Listener | None = None) -> None:
        self.encoder = encoder
        # What the calibration and the abstention that come later were fitted for.
        self.calibration, self.abstention = UNCALIBRATED, Abstention()

    @property
    def is_used(self) -> bool:
        return self.encoder is not None and self.encoder.version == self.calibration.encoder

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        if self.is_used and self.encoder is not None and self._is_doubtful(reading):
            reading.heard = self.encoder.read(reading.mail)
        return doc

    def _is_doubtful(self, reading: Reading) -> bool:
        kind = reading.mail.automatic
        if automatic_reason(kind) is not None and kind not in TEXT_MAY_OVERRULE:
            return False
        if reading.judgement is None or not says_something(reading.mail):
            return False
        alone = self.calibration.alone
        return alone.probability(alone.blend.opinion(reading.judgement, None)) < self.abstention.sure


class CalibrationComponent:
    """Turns scores into a probability, and finds the categories beside the best one."""

    def __init__(self, calibration: Calibration = UNCALIBRATED) -> None:
        self.calibration = calibration

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        judged, heard = reading.judgement, reading.heard
        if judged is None:
            raise ModelNotLoadedError
        together = self.calibration.together if heard is not None else None
        stage = together or self.calibration.alone
        opinion = stage.blend.opinion(judged, heard if together else None)
        best, probability = opinion.best, stage.probability(opinion)
        beside = (Scored(name, chance) for name, chance in stage.beside(opinion))
        categories = (Scored(best, probability), *beside)
        reason = _reason(best, judged, heard)
        reading.opinion = opinion
        reading.spans = telling_spans(judged, heard if together else None, opinion, stage.blend)
        reading.decision = Decision(best, best, probability, categories, reason)
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.calibration.save(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "CalibrationComponent":  # noqa: ARG002
        self.calibration = Calibration.load(Path(path))
        return self


def _reason(best: str, judged: Judged, heard: Heard | None) -> tuple[str, float]:
    """The cheap models know reasons better, where they are of one mind about the category."""
    if heard is None or CATEGORIES[int(judged.scores.argmax())] == best:
        return judged.reason
    return heard.reason(best)


class AbstentionComponent:
    """Leaves a message unsorted where a mistake is likelier, or dearer, than may be risked."""

    def __init__(self, abstention: Abstention | None = None, costs: Costs = NO_COSTS) -> None:
        self.abstention = abstention or Abstention()
        self.costs = costs

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        decision, opinion = reading.decision, reading.opinion
        if decision is None or opinion is None:
            raise ModelNotLoadedError
        enough = self.abstention.together if reading.heard is not None else self.abstention.alone
        # What the model thinks of silence comes from who writes such mail, not from this message.
        is_safe = expected_cost(opinion, decision.probability, self.costs) <= 1.0 - enough
        if not is_safe or not says_something(reading.mail):
            decision.category = UNSORTED
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.abstention.save(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "AbstentionComponent":  # noqa: ARG002
        self.abstention = Abstention.load(Path(path))
        return self


class AutomaticComponent:
    """What the caller read in the headers decides, whatever the text says."""

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        kind, by_text = reading.mail.automatic, reading.decision
        reason = automatic_reason(kind)
        if reason is None or by_text is None:
            return doc
        if kind in TEXT_MAY_OVERRULE and by_text.category not in (UNSORTED, "other"):
            return doc
        categories = (Scored("other", AUTOMATIC_PROBABILITY),)
        told = (reason, AUTOMATIC_PROBABILITY)
        reading.decision = Decision("other", "other", AUTOMATIC_PROBABILITY, categories, told, by_headers=True)
        return doc
