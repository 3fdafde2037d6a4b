"""Further categories: both readers count, and which category comes first decides what readily stands beside it."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.beside import NO_PAIRS, Beside
from classifiers.categories import CATEGORIES
from classifiers.encoder import ANSWERS, BESIDE, Heard, heard
from classifiers.fitting_stages import Prediction, fit_stages
from classifiers.linear import Judged

COUNT = len(CATEGORIES)
REVISION, REFUND, TAX_EXEMPT = (CATEGORIES.index(name) for name in ("revision", "refund", "tax_exempt"))


def make_judged(best: int, members: dict[int, float] | None = None) -> Judged:
    scores = np.zeros(COUNT, dtype=np.float32)
    scores[best] = 4.0
    found = np.full(COUNT, -3.0, dtype=np.float32)
    for place, score in {best: 3.0, **(members or {})}.items():
        found[place] = score
    nothing = np.zeros(0)
    return Judged(scores, found, ("other", 1.0), (), nothing, nothing.astype(np.int32), 0)


def make_heard(beside: dict[int, float]) -> Heard:
    answers = np.zeros(ANSWERS, dtype=np.float32)
    for place, score in beside.items():
        answers[BESIDE.start + place] = score
    return heard(answers)


def test_a_pair_that_is_often_seen_is_found_sooner_than_one_that_is_not() -> None:
    pairs = tuple(
        tuple(2.0 if (first, other) == (TAX_EXEMPT, REFUND) else 0.0 for other in range(COUNT))
        for first in range(COUNT)
    )
    beside = Beside(pairs=pairs)

    of_tax, of_revision = (make_judged(first, {REFUND: -1.0}) for first in (TAX_EXEMPT, REVISION))

    assert beside.scores(of_tax, None, of_tax.scores)[REFUND] > 0.0
    assert beside.scores(of_revision, None, of_revision.scores)[REFUND] < 0.0


def test_what_the_encoder_says_of_the_second_place_counts() -> None:
    beside, judged = Beside(encoder_beside=1.0), make_judged(REVISION)

    without = beside.scores(judged, make_heard({}), judged.scores)
    said = beside.scores(judged, make_heard({REFUND: 5.0}), judged.scores)

    assert said[REFUND] == pytest.approx(without[REFUND] + 5.0)
    assert np.delete(said, REFUND) == pytest.approx(np.delete(without, REFUND))


def test_a_category_that_was_missed_as_the_first_one_is_not_taught_as_a_second() -> None:
    """Where the best one is wrong, the right one mostly is there too; it is the first, not beside it."""
    wrong = [
        Prediction(f"w{n}", "a", ("refund",), make_judged(REVISION, {REFUND: 2.0}), make_heard({})) for n in range(60)
    ]
    plain = [Prediction(f"p{n}", "a", ("revision",), make_judged(REVISION), make_heard({})) for n in range(60)]
    both = [
        Prediction(f"b{n}", "a", ("revision", "tax_exempt"), make_judged(REVISION), make_heard({TAX_EXEMPT: 4.0}))
        for n in range(60)
    ]

    calibration, _ = fit_stages([*wrong, *plain, *both], "version")
    stage = calibration.together
    assert stage is not None

    def beside(one: Prediction) -> list[str]:
        return [name for name, _ in stage.beside(stage.blend.opinion(one.judged, one.heard))]

    assert beside(both[0]) == ["tax_exempt"]
    assert beside(wrong[0]) == beside(plain[0]) == []


def test_what_is_stored_as_json_is_what_is_read() -> None:
    beside = replace(Beside(0.5, 0.4, 0.3, 0.2), pairs=((1.0,) * COUNT, *NO_PAIRS[1:]))
    stored = {
        "own": 0.5,
        "encoder": 0.4,
        "encoder_beside": 0.3,
        "score": 0.2,
        "pairs": [list(row) for row in beside.pairs],
    }

    assert Beside.from_json(stored) == beside


def test_predictions_without_the_encoder_fit_the_cheap_models_alone() -> None:
    unheard = [Prediction(f"u{n}", "a", ("revision",), make_judged(REVISION)) for n in range(60)]
    asked = [Prediction(f"h{n}", "b", ("revision",), make_judged(REVISION), make_heard({})) for n in range(60)]
    wrong = [Prediction(f"x{n}", "b", ("refund",), make_judged(REVISION), make_heard({})) for n in range(60)]

    with_unheard, _ = fit_stages([*unheard, *asked, *wrong], "version")
    without, _ = fit_stages([*asked, *wrong], "version")

    assert with_unheard.together == without.together
    assert with_unheard.alone != without.alone
