"""Trains the shipped model from the examples. Needs the extra `train`; the same examples give the same bytes.

The encoder is not trained here but used as it is shipped: `classifiers.finetune` made it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from spacy.language import Language

from classifiers.abstention import Abstention
from classifiers.calibration import Calibration
from classifiers.categories import CATEGORIES
from classifiers.deciding import AbstentionComponent, CalibrationComponent
from classifiers.encoder import ENCODER, Encoder, Heard, Remembered, always_read, left_out, text_key
from classifiers.examples_file import EXAMPLES, Example, read_examples
from classifiers.fitting import fit
from classifiers.fitting_numbers import fit_numbers
from classifiers.fitting_stages import Prediction, fit_stages
from classifiers.linear import Weights
from classifiers.number_model import NumberModel
from classifiers.pipeline import FactsComponent, SorterComponent
from classifiers.sorter import MODEL, NOT_STORED, Sorter, blank_pipeline, connect
from classifiers.verdict import Verdict

RELEASE = "2026.11"
# Vectors, weights and calibration follow from these modules alone, so they belong to the name of a model.
RECIPE = (
    "abstention.py",
    "beside.py",
    "blend.py",
    "calibration.py",
    "candidates.py",
    "facts_words.py",
    "features.py",
    "fitting.py",
    "fitting_numbers.py",
    "fitting_stages.py",
    "forms.py",
    "linear.py",
    "newest.py",
    "numbers.py",
    "pairs.py",
    "tokens.py",
    "wordpieces.py",
)


@dataclass(frozen=True, slots=True)
class TrainingReport:
    model: str
    examples: int
    sources: tuple[str, ...]
    features: int
    accuracy_left_out: float
    calibration: Calibration
    abstention: Abstention


def train(examples_folder: Path = EXAMPLES, out_folder: Path = MODEL) -> TrainingReport:
    return train_on(read_examples(examples_folder), out_folder)


def train_on(examples: Sequence[Example], out_folder: Path, mark: str = "") -> TrainingReport:
    """`mark` is added to the name of the model; the name itself tells the recipe and the very examples."""
    sources = tuple(sorted({example.source for example in examples}))
    encoder = Encoder(ENCODER)
    predictions = predictions_left_out(examples, encoder)
    calibration, abstention = fit_stages(predictions, encoder.version)
    weights = fit(examples)
    model = f"{RELEASE}-{_fingerprint(examples, encoder.version)}{mark}"
    numbers = fit_numbers([one for one in examples if one.has_facts], _likeliest(predictions))
    out_folder.mkdir(parents=True, exist_ok=True)
    pipeline_of(model, weights, calibration, abstention, numbers).to_disk(out_folder, exclude=NOT_STORED)
    right = sum(prediction.is_right for prediction in predictions)
    return TrainingReport(
        model=model,
        examples=len(examples),
        sources=sources,
        features=len(weights.vocabulary.names),
        accuracy_left_out=right / max(1, len(predictions)),
        calibration=calibration,
        abstention=abstention,
    )


def weights_left_out(examples: Sequence[Example]) -> Iterator[tuple[str, Weights]]:
    """For each source, a model that read only the others: nothing else tells how a new writer will fare."""
    for source in sorted({example.source for example in examples}):
        others = [example for example in examples if example.source != source]
        if others:
            yield source, fit(others)


def heard_left_out(examples: Sequence[Example], encoder: Encoder) -> dict[str, Heard]:
    """By key of the text. The encoder was made from the shipped examples, so of these it is not asked anew, and of
    those that every encoder has read nothing is known."""
    known, read = left_out(), always_read()
    keyed = {text_key(example.mail): example for example in examples}
    unread = {key: example.mail for key, example in keyed.items() if key in known or key not in read}
    return {key: known.get(key) or encoder.read(mail) for key, mail in unread.items()}


def predictions_left_out(examples: Sequence[Example], encoder: Encoder) -> list[Prediction]:
    heard = heard_left_out(examples, encoder)
    return [
        prediction
        for source, weights in weights_left_out(examples)
        for prediction in _predictions([one for one in examples if one.source == source], weights, heard)
    ]


def judged_left_out(examples: Sequence[Example]) -> Iterator[tuple[Example, Verdict]]:
    """Every example with its verdict by a sorter whose weights, calibration and threshold never saw its source.

    Examples that every encoder has read are left out of it: they can teach, but no longer test.
    """
    encoder = Encoder(ENCODER)
    heard = heard_left_out(examples, encoder)
    models = dict(weights_left_out(examples))
    by_source = {source: [one for one in examples if one.source == source] for source in models}
    predicted = {source: _predictions(own, models[source], heard) for source, own in by_source.items()}
    likeliest = _likeliest([one for predictions in predicted.values() for one in predictions])
    for source, weights in models.items():
        own = [example for example in by_source[source] if text_key(example.mail) in heard]
        if not own:
            continue
        others = [one for other, predictions in predicted.items() if other != source for one in predictions]
        numbers = fit_numbers([one for one in examples if one.source != source], likeliest)
        nlp = pipeline_of("left-out", weights, *fit_stages(others, encoder.version), numbers)
        connect(nlp, Remembered(encoder.version, heard))
        yield from zip(own, Sorter(nlp).sort_many([example.mail for example in own]), strict=True)


def _predictions(examples: Sequence[Example], weights: Weights, heard: Mapping[str, Heard]) -> list[Prediction]:
    judged = [weights.judge([example.mail])[0] for example in examples]
    return [
        Prediction(example.id, example.source, example.categories, one, heard.get(text_key(example.mail)))
        for example, one in zip(examples, judged, strict=True)
    ]


def _likeliest(predictions: Sequence[Prediction]) -> dict[str, str]:
    """By id, the category that the cheap models choose."""
    return {one.id: CATEGORIES[int(one.judged.scores.argmax())] for one in predictions}


def pipeline_of(
    model: str, weights: Weights, calibration: Calibration, abstention: Abstention, numbers: NumberModel
) -> Language:
    nlp = blank_pipeline()
    names = ("sorter", "calibration", "abstention", "facts")
    sorter, calibrating, abstaining, facts = (nlp.get_pipe(name) for name in names)
    if not (
        isinstance(sorter, SorterComponent)
        and isinstance(calibrating, CalibrationComponent)
        and isinstance(abstaining, AbstentionComponent)
        and isinstance(facts, FactsComponent)
    ):
        raise TypeError("another package has registered components of these names")
    sorter.weights, calibrating.calibration, abstaining.abstention = weights, calibration, abstention
    facts.numbers = numbers
    nlp.meta.update(name="creditdesk", version=model, description="Sorts the mail of a credit desk.")
    return nlp


def _fingerprint(examples: Sequence[Example], encoder: str) -> str:
    digest = hashlib.sha256(encoder.encode())
    for name in RECIPE:
        digest.update((Path(__file__).parent / name).read_bytes())
    for example in examples:
        told = asdict(example)
        if told.pop("has_facts"):
            digest.update(json.dumps(told, sort_keys=True, ensure_ascii=False).encode())
        else:
            digest.update(json.dumps(told | {"facts": None}, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:8]
