"""Trains the shipped model from the examples. Needs the extra `train`; the same examples give the same bytes."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from spacy.language import Language

from classifiers.calibration import UNCALIBRATED, Calibration, Prediction, calibrate
from classifiers.categories import CATEGORIES
from classifiers.examples_file import EXAMPLES, Example, read_examples
from classifiers.fitting import fit
from classifiers.fitting_numbers import fit_numbers
from classifiers.linear import Weights
from classifiers.number_model import NumberModel
from classifiers.pipeline import CalibrationComponent, FactsComponent, SorterComponent
from classifiers.sorter import MODEL, NOT_STORED, Sorter, blank_pipeline
from classifiers.verdict import Verdict

RELEASE = "2026.11"
# Vectors, weights and calibration follow from these modules alone, so they belong to the name of a model.
RECIPE = (
    "calibration.py",
    "candidates.py",
    "facts_words.py",
    "features.py",
    "fitting.py",
    "fitting_numbers.py",
    "forms.py",
    "linear.py",
    "newest.py",
    "numbers.py",
    "pairs.py",
    "tokens.py",
)


@dataclass(frozen=True, slots=True)
class TrainingReport:
    model: str
    examples: int
    sources: tuple[str, ...]
    features: int
    accuracy_left_out: float
    calibration: Calibration


def train(examples_folder: Path = EXAMPLES, out_folder: Path = MODEL) -> TrainingReport:
    examples = read_examples(examples_folder)
    sources = tuple(sorted({example.source for example in examples}))
    predictions = predictions_left_out(examples)
    calibration = calibrate(predictions) if predictions else UNCALIBRATED
    weights = fit(examples)
    numbers = fit_numbers(examples, {p.id: CATEGORIES[p.best] for p in predictions})
    model = f"{RELEASE}-{_fingerprint(examples)}"
    out_folder.mkdir(parents=True, exist_ok=True)
    pipeline_of(model, weights, calibration, numbers).to_disk(out_folder, exclude=NOT_STORED)
    right = sum(prediction.is_right for prediction in predictions)
    return TrainingReport(
        model=model,
        examples=len(examples),
        sources=sources,
        features=len(weights.vocabulary.names),
        accuracy_left_out=right / max(1, len(predictions)),
        calibration=calibration,
    )


def weights_left_out(examples: Sequence[Example]) -> Iterator[tuple[str, Weights]]:
    """For each source, a model that read only the others: nothing else tells how a new writer will fare."""
    for source in sorted({example.source for example in examples}):
        others = [example for example in examples if example.source != source]
        if others:
            yield source, fit(others)


def predictions_left_out(examples: Sequence[Example]) -> list[Prediction]:
    return [
        predict(weights, example)
        for source, weights in weights_left_out(examples)
        for example in examples
        if example.source == source
    ]


def judged_left_out(examples: Sequence[Example]) -> Iterator[tuple[Example, Verdict]]:
    """Every example with its verdict by a sorter whose weights, calibration and threshold never saw its source."""
    models = dict(weights_left_out(examples))
    predictions = [predict(models[example.source], example) for example in examples if example.source in models]
    for source, weights in models.items():
        calibration = calibrate([p for p in predictions if p.source != source])
        others = [example for example in examples if example.source != source]
        numbers = fit_numbers(others, {p.id: CATEGORIES[p.best] for p in predictions})
        sorter = Sorter(pipeline_of("left-out", weights, calibration, numbers))
        own = [example for example in examples if example.source == source]
        yield from zip(own, sorter.sort_many([example.mail for example in own]), strict=True)


def predict(weights: Weights, example: Example) -> Prediction:
    judged = weights.judge([example.mail])[0]
    return Prediction(
        example.id, example.source, example.primary, example.categories, judged.scores, judged.member_scores
    )


def pipeline_of(model: str, weights: Weights, calibration: Calibration, numbers: NumberModel) -> Language:
    nlp = blank_pipeline()
    sorter, calibrator, facts = nlp.get_pipe("sorter"), nlp.get_pipe("calibration"), nlp.get_pipe("facts")
    if not isinstance(sorter, SorterComponent) or not isinstance(calibrator, CalibrationComponent):
        raise TypeError("another package has registered components of these names")
    if not isinstance(facts, FactsComponent):
        raise TypeError("another package has registered a component named facts")
    sorter.weights, calibrator.calibration, facts.numbers = weights, calibration, numbers
    nlp.meta.update(name="creditdesk", version=model, description="Sorts the mail of a credit desk.")
    return nlp


def _fingerprint(examples: Sequence[Example]) -> str:
    digest = hashlib.sha256()
    for name in RECIPE:
        digest.update((Path(__file__).parent / name).read_bytes())
    for example in examples:
        digest.update(json.dumps(asdict(example), sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:8]
