"""Fits the linear models. The only module that needs scikit-learn (the extra `train`)."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from classifiers.categories import CATEGORIES, REASONS
from classifiers.examples_file import Example
from classifiers.features import Vocabulary, names_of
from classifiers.linear import Head, Weights
from classifiers.verdict import MailText

# Fewer than this many messages with a feature, and it says more about its writer than about the category.
FEWEST = {"c": 3, "k": 3, "m": 1, "s": 2, "w": 2}
# The sentence on what the sender wants says it in plain words; it counts half, as nobody writes like that.
ASKS_WEIGHT = 0.5
STRENGTH = 5.0
MEMBER_STRENGTH = 5.0
REASON_STRENGTH = 5.0


def fit(examples: Sequence[Example]) -> Weights:
    mails = [example.mail for example in examples]
    asks = [MailText(subject="", newest_text=example.asks, side="") for example in examples]
    vocabulary = _vocabulary([*mails, *asks])
    matrix = _matrix(vocabulary, [*mails, *asks])
    twice = [*examples, *examples]
    sure = np.concatenate([np.ones(len(mails)), np.full(len(asks), ASKS_WEIGHT)])
    primaries = np.array([CATEGORIES.index(example.primary) for example in twice])
    primary = _one_of(matrix, primaries, sure, len(CATEGORIES), STRENGTH)
    member = _each(matrix, twice, sure)
    reasons = {category: _reasons(matrix, twice, sure, category) for category in CATEGORIES}
    return Weights(vocabulary, primary, member, reasons)


def _vocabulary(mails: Sequence[MailText]) -> Vocabulary:
    seen_in = Counter(chain.from_iterable(set(names_of(mail)) for mail in mails))
    names = sorted(name for name, count in seen_in.items() if count >= FEWEST[name[0]])
    telling = [1.0 if name.startswith("m") else 1.0 + np.log((1 + len(mails)) / (1 + seen_in[name])) for name in names]
    return Vocabulary(names, np.array(telling, dtype=np.float32))


def _matrix(vocabulary: Vocabulary, mails: Sequence[MailText]) -> csr_matrix:
    vectors = vocabulary.vectors(vocabulary.see(mails))
    content = (vectors.values.astype(np.float64), vectors.rows, vectors.bounds)
    return csr_matrix(content, shape=(len(mails), len(vocabulary.names)))


def _one_of(
    matrix: csr_matrix, answers: NDArray[np.int64], sure: NDArray[np.float64], width: int, strength: float
) -> Head:
    """A head of `width` columns; an answer that no example gives gets a score that never wins."""
    weights = np.zeros((matrix.shape[1], width), dtype=np.float32)
    bias = np.full(width, -20.0, dtype=np.float32)
    given = np.unique(answers)
    if len(given) < 2:
        bias[given] = 0.0
        return Head(weights, bias)
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=200, tol=1e-3)
    model.fit(matrix, answers, sample_weight=sure)
    columns, offsets = model.coef_.T, model.intercept_
    if len(given) == 2:
        # Of two answers the library keeps one column of differences; halved, it speaks for one and against the other.
        columns = np.hstack([-columns / 2, columns / 2])
        offsets = np.array([-offsets[0] / 2, offsets[0] / 2])
    weights[:, given] = columns
    bias[given] = offsets
    return Head(weights, bias)


def _each(matrix: csr_matrix, examples: Sequence[Example], sure: NDArray[np.float64]) -> Head:
    heads = []
    for category in CATEGORIES:
        has = np.array([int(category in example.categories) for example in examples])
        two = _one_of(matrix, has, sure, 2, MEMBER_STRENGTH)
        heads.append(Head(two.weights[:, 1:] - two.weights[:, :1], two.bias[1:] - two.bias[:1]))
    return Head(np.hstack([head.weights for head in heads]), np.concatenate([head.bias for head in heads]))


def _reasons(matrix: csr_matrix, examples: Sequence[Example], sure: NDArray[np.float64], category: str) -> Head:
    names = REASONS[category]
    rows = [row for row, example in enumerate(examples) if example.primary == category and example.reason in names]
    if not rows:
        return Head(np.zeros((matrix.shape[1], len(names)), dtype=np.float32), np.zeros(len(names), dtype=np.float32))
    answers = np.array([names.index(examples[row].reason or "") for row in rows])
    return _one_of(matrix[rows], answers, sure[rows], len(names), REASON_STRENGTH)
