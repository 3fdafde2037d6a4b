"""Saying nothing: where too much would be wrong, or where a mistake would cost too much."""

import math

import numpy as np
import pytest

from classifiers.abstention import (
    ACCURACY_WHEN_SORTED,
    FEWEST,
    NEVER,
    Abstention,
    expected_cost,
    lowest_safe,
)
from classifiers.blend import Opinion
from classifiers.categories import CATEGORIES
from classifiers.house import Costs, House
from classifiers.sorter import Sorter
from classifiers.verdict import UNSORTED, MailText

REFUND_AS_REVISION: Costs = {"refund": {"revision": 4.0}}


def make_opinion(**chances: float) -> Opinion:
    scores = np.array([math.log(chances.get(name, 0.001)) for name in CATEGORIES], np.float32)
    return Opinion(scores, scores, scores, np.zeros(3))


def test_without_costs_the_risk_is_the_chance_of_a_mistake() -> None:
    assert expected_cost(make_opinion(revision=0.9, refund=0.1), 0.9, {}) == pytest.approx(0.1)


def test_a_dear_mistake_weighs_more_only_where_it_could_be_made() -> None:
    near_refund = expected_cost(make_opinion(revision=0.9, refund=0.1), 0.9, REFUND_AS_REVISION)
    near_dispute = expected_cost(make_opinion(revision=0.9, dispute=0.1), 0.9, REFUND_AS_REVISION)
    reverse = expected_cost(make_opinion(refund=0.9, revision=0.1), 0.9, REFUND_AS_REVISION)

    assert near_refund == pytest.approx(0.39, abs=0.02)
    assert near_dispute == pytest.approx(0.1, abs=0.01)
    assert reverse == pytest.approx(0.1, abs=0.01)


def test_where_the_surest_are_wrong_nothing_is_sorted() -> None:
    right = np.array([False] * 10 + [True] * 90)

    assert lowest_safe(np.linspace(0.99, 0.5, 100), right, ACCURACY_WHEN_SORTED, 0.0) == NEVER


def test_a_few_right_answers_prove_nothing() -> None:
    count = FEWEST - 1

    assert lowest_safe(np.linspace(0.99, 0.5, count), np.ones(count, bool), 0.9, 0.0) == NEVER


def test_the_threshold_is_the_lowest_that_is_right_often_enough() -> None:
    chances, right = np.linspace(0.99, 0.5, 400), np.array([True] * 300 + [False] * 100)

    assert lowest_safe(chances, right, 0.97, 0.0) == pytest.approx(chances[308], abs=0.002)


def test_the_less_was_measured_the_more_is_left_unsorted() -> None:
    few = lowest_safe(np.linspace(0.99, 0.5, 100), np.arange(100) % 50 != 49, 0.97, 1.0)
    many = lowest_safe(np.linspace(0.99, 0.5, 40_000), np.arange(40_000) % 50 != 49, 0.97, 1.0)

    assert many < few


def test_costs_of_the_installation_leave_more_unsorted(sorter: Sorter, certain: MailText) -> None:
    dear = {name: dict.fromkeys(CATEGORIES, 1000.0) for name in CATEGORIES}

    assert sorter.sort(certain).category != UNSORTED
    assert Sorter.load(house=House(costs=dear)).sort(certain).category == UNSORTED


def test_silence_is_never_sorted(sorter: Sorter) -> None:
    assert sorter.sort(MailText("", "12 345")).category == UNSORTED


def test_what_is_stored_is_what_is_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("abstention")
    stored = Abstention(0.97, 0.95, 0.99)

    stored.save(folder)

    assert Abstention.load(folder) == stored


@pytest.fixture
def certain() -> MailText:
    return MailText(
        "Tax exempt certificate",
        "Attached is our sales tax exemption certificate. Please update our account to exempt and take the tax off.",
    )
