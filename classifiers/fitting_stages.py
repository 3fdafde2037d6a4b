"""Fits blend, calibration and abstention on what was said of authors left out. Needs the extra `train`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from classifiers.abstention import (
    ACCURACY_WHEN_SORTED,
    SPARE_ERRORS,
    SPARE_WHEN_SURE,
    Abstention,
    lowest_safe,
    right_of,
)
from classifiers.beside import Beside
from classifiers.blend import ALONE, Blend, log_chances
from classifiers.calibration import DIGITS, UNCALIBRATED, Calibration, Stage, best_beside_threshold, fit_chance
from classifiers.categories import CATEGORIES
from classifiers.encoder import Heard
from classifiers.linear import Judged

# From here on the cheap models are right so often that the encoder would cost more than it mends.
ACCURACY_WHEN_SURE = 0.98
SMALL = 1e-3
PAIR_STRENGTH = 1.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """What models that never read this author said of a message, and what is true."""

    id: str
    source: str
    categories: tuple[str, ...]
    judged: Judged
    heard: Heard | None = None

    @property
    def primary(self) -> str:
        return self.categories[0]

    @property
    def is_right(self) -> bool:
        return CATEGORIES[int(self.judged.scores.argmax())] == self.primary


def fit_stages(predictions: Sequence[Prediction], encoder: str) -> tuple[Calibration, Abstention]:
    """`encoder` is the version that was heard; empty where there is none. What it was not asked fits the rest."""
    if not predictions:
        return UNCALIBRATED, Abstention()
    right_alone, chances_alone, alone = _fit(predictions, ALONE, [None] * len(predictions))
    enough = lowest_safe(chances_alone, right_alone, ACCURACY_WHEN_SORTED, SPARE_ERRORS)
    is_heard = np.array([one.heard is not None for one in predictions])
    if not encoder or not is_heard.any():
        return Calibration(alone), Abstention(alone=enough)
    asked = [one for one in predictions if one.heard is not None]
    right, chances, together = _fit(asked, _fit_blend(asked), [one.heard for one in asked])
    sure = max(enough, lowest_safe(chances_alone, right_alone, ACCURACY_WHEN_SURE, SPARE_WHEN_SURE))
    doubtful = chances_alone[is_heard] < sure
    both = lowest_safe(
        np.where(doubtful, chances, 1.0),
        np.where(doubtful, right, right_alone[is_heard]),
        ACCURACY_WHEN_SORTED,
        SPARE_ERRORS,
    )
    return Calibration(alone, together, encoder), Abstention(enough, both, sure)


def _fit(
    predictions: Sequence[Prediction], blend: Blend, heard: Sequence[Heard | None]
) -> tuple[NDArray[np.bool_], NDArray[np.float64], Stage]:
    blend = replace(blend, beside=_fit_beside(predictions, blend, heard))
    opinions = [blend.opinion(one.judged, said) for one, said in zip(predictions, heard, strict=True)]
    right = right_of(opinions, [one.primary for one in predictions])
    bias, weights = fit_chance(np.array([one.signs for one in opinions]), right)
    threshold = best_beside_threshold(opinions, [one.categories for one in predictions])
    stage = Stage(blend, bias, weights, threshold)
    return right, np.array([stage.probability(one) for one in opinions]), stage


def _fit_blend(predictions: Sequence[Prediction]) -> Blend:
    heard = [one.heard for one in predictions if one.heard is not None]
    own = np.array([log_chances(one.judged.scores) for one in predictions], np.float64)
    other = np.array([one.scores for one in heard], np.float64)
    true = np.array([CATEGORIES.index(one.primary) for one in predictions])
    rows = np.arange(len(true))

    def loss(guess: NDArray[np.float64]) -> float:
        scores = guess[0] * own + guess[1] * other + guess[2:]
        highest = scores.max(axis=1)
        whole = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
        return float((whole - scores[rows, true]).mean() + SMALL * (guess[2:] ** 2).sum())

    guess = minimize(loss, np.array([0.5, 0.5, *[0.0] * len(CATEGORIES)]), method="L-BFGS-B").x
    blend = Blend(_short(guess[0]), _short(guess[1]), tuple(_short(one) for one in guess[2:]))
    scores = np.array([blend.opinion(one.judged, one.heard).scores for one in predictions])
    signs = [[one.judged.member_scores for one in predictions], [one.member_scores for one in heard], scores]
    columns = np.stack([np.array(one).ravel() for one in signs], axis=1)
    has = np.array([[name in one.categories for name in CATEGORIES] for one in predictions]).ravel()
    members = LogisticRegression(C=10.0).fit(columns, has)
    weights = [_short(one) for one in members.coef_[0]]
    return replace(
        blend,
        member_own=weights[0],
        member_encoder=weights[1],
        member_score=weights[2],
        member_bias=_short(members.intercept_[0]),
    )


def _fit_beside(predictions: Sequence[Prediction], blend: Blend, heard: Sequence[Heard | None]) -> Beside:
    """For each category but the best one: does it stand beside the true first one?"""
    count = len(CATEGORIES)
    rows, answers = [], []
    for one, said in zip(predictions, heard, strict=True):
        scores = blend.opinion(one.judged, said).scores
        best = int(scores.argmax())
        columns = [one.judged.member_scores, scores]
        columns += [said.member_scores, said.beside_scores] if said is not None else []
        for place in (place for place in range(count) if place != best):
            pair = np.zeros(count * count)
            pair[best * count + place] = 1.0
            rows.append(np.concatenate([[column[place] for column in columns], pair]))
            answers.append(CATEGORIES[place] in one.categories[1:])
    if len(set(answers)) < 2:
        return Beside()
    model = LogisticRegression(C=PAIR_STRENGTH, max_iter=1000).fit(np.array(rows), answers)
    weights, pairs = np.split(model.coef_[0], [-count * count])
    pairs = (pairs + model.intercept_[0]).reshape(count, count)
    own, score, encoder, encoder_beside = (_short(one) for one in (*weights, 0.0, 0.0)[:4])
    return Beside(own, encoder, encoder_beside, score, tuple(tuple(_short(one) for one in row) for row in pairs))


def _short(number: float) -> float:
    return round(float(number), DIGITS)
