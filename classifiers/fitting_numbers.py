"""Fits the model that tells what a number is the number of. Needs scikit-learn (the extra `train`)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from classifiers.examples_file import Example
from classifiers.facts import figures_in, quoted_candidates
from classifiers.house import EXAMPLE_INVOICE
from classifiers.number_model import NumberModel
from classifiers.numbers import key_of, known_of, signs_of

# A sign that fewer numbers have says more about its writer than about numbers.
FEWEST = 3
# Chosen on authors left out: signs are many and each tells little.
STRENGTH = 0.05
SMALLEST = 0.01


def fit_numbers(examples: Sequence[Example], best_of: Mapping[str, str]) -> NumberModel:
    """`best_of` tells the category that a sorter which never read the example gives it, as in live mail."""
    signs: list[list[str]] = []
    answers: list[int] = []
    for example in examples:
        known = known_of([*figures_in(example.mail).candidates, *quoted_candidates(example.mail)], EXAMPLE_INVOICE)
        kinds = _kinds(example)
        best = best_of.get(example.id, example.primary)
        signs += (list(dict.fromkeys(one)) for one in signs_of(known, best, example.mail.side))
        answers += (kinds.get(one.key, 0) for one in known)
    if len(set(answers)) < 3:
        return NumberModel()
    counts = Counter(chain.from_iterable(signs))
    names = sorted(sign for sign, count in counts.items() if count >= FEWEST)
    model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3)
    model.fit(_matrix(signs, names), np.array(answers))
    columns = np.round(model.coef_[1:] - model.coef_[0], 3)
    bias = np.round(model.intercept_[1:] - model.intercept_[0], 3)
    weights = {
        sign: (float(invoice), float(po))
        for sign, invoice, po in zip(names, *columns, strict=True)
        if max(abs(invoice), abs(po)) >= SMALLEST
    }
    return NumberModel((float(bias[0]), float(bias[1])), weights)


def _kinds(example: Example) -> dict[str, int]:
    return {key_of(number): kind for kind, name in ((2, "po"), (1, "invoice")) for number in example.facts[name]}


def _matrix(signs: Sequence[Sequence[str]], names: Sequence[str]) -> csr_matrix:
    place = {name: number for number, name in enumerate(names)}
    rows = [[place[sign] for sign in one if sign in place] for one in signs]
    columns = np.array([*chain.from_iterable(rows)], dtype=np.int32)
    bounds = [0, *accumulate(len(row) for row in rows)]
    return csr_matrix((np.ones(len(columns)), columns, bounds), shape=(len(rows), len(names)))
