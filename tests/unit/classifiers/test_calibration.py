"""From scores to chances: sure only where writers left out show that it may be."""

import numpy as np
import pytest

from classifiers.calibration import ACCURACY_WHEN_SORTED, NEVER, UNCALIBRATED, Prediction, calibrate, lead, lowest_safe
from classifiers.categories import CATEGORIES


def make_scores(best: int, by: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    scores = np.zeros(len(CATEGORIES), dtype=np.float32)
    scores[best] = by
    return scores


def make_prediction(by: float, *, is_right: bool) -> Prediction:
    primary = CATEGORIES[0] if is_right else CATEGORIES[1]
    return Prediction("1", "a", primary, (primary,), make_scores(0, by), make_scores(0, by) - 5)


def test_a_wider_lead_is_never_less_sure() -> None:
    predictions = [make_prediction(by, is_right=by > 2 or n % 2 == 0) for n in range(50) for by in (1.0, 2.0, 4.0, 8.0)]

    calibration = calibrate(predictions)

    chances = [calibration.probability(p.scores, p.member_scores) for p in predictions[:4]]
    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(0.5, abs=0.15)
    assert chances[1] < calibration.threshold < chances[3]


def test_a_second_category_takes_from_the_lead() -> None:
    alone, beside = np.full(6, -5, dtype=np.float32), np.full(6, -5, dtype=np.float32)
    beside[3] = 1.0

    assert lead(make_scores(0, 4.0), beside) < lead(make_scores(0, 4.0), alone)


def test_where_the_surest_are_wrong_nothing_is_sorted() -> None:
    assert lowest_safe(np.array([0.9, 0.8]), np.array([False, True])) == NEVER


def test_the_threshold_is_the_lowest_that_is_right_often_enough() -> None:
    chances = np.linspace(0.99, 0.5, 100)
    right = np.array([True] * 60 + [False] * 40)
    last = int(60 / ACCURACY_WHEN_SORTED) - 1

    assert lowest_safe(chances, right) == pytest.approx(chances[last], abs=0.002)


def test_without_calibration_nothing_is_sure() -> None:
    assert UNCALIBRATED.probability(make_scores(0, 50.0), make_scores(0, 50.0)) < UNCALIBRATED.threshold
