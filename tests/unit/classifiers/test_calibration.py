"""From scores to chances: sure only where writers left out show that it may be."""

import numpy as np
import pytest

from classifiers.blend import ALONE, Blend, Opinion
from classifiers.calibration import UNCALIBRATED, Calibration, Stage, best_beside_threshold, fit_chance
from classifiers.categories import CATEGORIES
from classifiers.encoder import ALL_REASONS, ANSWERS, Heard, heard
from classifiers.linear import Judged

Numbers = np.ndarray[tuple[int], np.dtype[np.float32]]


def make_scores(best: int, by: float) -> Numbers:
    scores = np.zeros(len(CATEGORIES), dtype=np.float32)
    scores[best] = by
    return scores


def make_judged(best: int, by: float, *, beside: int | None = None) -> Judged:
    members = np.full(len(CATEGORIES), -5, dtype=np.float32)
    members[best] = 3.0
    if beside is not None:
        members[beside] = 2.0
    nothing = np.zeros(0)
    return Judged(make_scores(best, by), members, ("other", 1.0), (), nothing, nothing.astype(np.int32), 0)


def make_heard(best: int, by: float) -> Heard:
    answers = np.zeros(ANSWERS, dtype=np.float32)
    for place, (category, _) in enumerate(ALL_REASONS):
        answers[place] = by if category == CATEGORIES[best] else 0.0
    return heard(answers)


BLEND = Blend(own=0.5, encoder=0.5)


def test_a_wider_lead_is_never_less_sure() -> None:
    leads = np.repeat([[1.0], [2.0], [4.0], [8.0]], 50, axis=0)
    right = np.array([lead[0] > 2 or number % 2 == 0 for number, lead in enumerate(leads)])

    bias, weights = fit_chance(leads, right)

    chances = [1 / (1 + np.exp(-bias - weights[0] * lead)) for lead in (1.0, 2.0, 4.0, 8.0)]
    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(0.5, abs=0.15)


def test_two_that_agree_are_surer_than_two_that_do_not() -> None:
    agreed = BLEND.opinion(make_judged(0, 3.0), make_heard(0, 3.0))
    split = BLEND.opinion(make_judged(0, 3.0), make_heard(1, 2.0))

    assert agreed.best == split.best == CATEGORIES[0]
    assert (agreed.signs >= split.signs).all()
    assert (agreed.signs > split.signs).any()


def test_a_second_category_takes_from_the_signs() -> None:
    alone, beside = ALONE.opinion(make_judged(0, 4.0), None), ALONE.opinion(make_judged(0, 4.0, beside=3), None)

    assert beside.signs[1] < alone.signs[1]


def test_scores_are_chances_of_one_of_six() -> None:
    opinion = BLEND.opinion(make_judged(2, 5.0), make_heard(2, 1.0))

    assert np.exp(opinion.scores).sum() == pytest.approx(1.0, abs=1e-5)


def test_the_beside_threshold_finds_those_that_are_there_and_no_others() -> None:
    there = [ALONE.opinion(make_judged(0, 4.0, beside=1), None) for _ in range(10)]
    absent = [ALONE.opinion(make_judged(0, 4.0), None) for _ in range(10)]
    true = [[CATEGORIES[0], CATEGORIES[1]]] * 10 + [[CATEGORIES[0]]] * 10

    threshold = best_beside_threshold([*there, *absent], true)
    stage = Stage(beside_threshold=threshold)

    assert [name for name, _ in stage.beside(there[0])] == [CATEGORIES[1]]
    assert stage.beside(absent[0]) == []


def test_what_is_stored_is_what_is_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("calibration")
    stored = Calibration(Stage(bias=1.5), Stage(BLEND, 0.5, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), 0.3), "abc")

    stored.save(folder)

    assert Calibration.load(folder) == stored


def test_without_calibration_nothing_is_sure() -> None:
    opinion: Opinion = UNCALIBRATED.alone.blend.opinion(make_judged(0, 50.0), None)

    assert UNCALIBRATED.alone.probability(opinion) == pytest.approx(0.5)
