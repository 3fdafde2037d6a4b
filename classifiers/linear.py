"""The trained weights, and the arithmetic that turns a vector into scores. Only numpy is needed."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from classifiers.categories import CATEGORIES, REASONS
from classifiers.features import Floats, Vector, Vocabulary

WEIGHTS_FILE = "weights.npz"
VOCABULARY_FILE = "vocabulary.json"


@dataclass(frozen=True, slots=True)
class Head:
    """One linear model: a row of weights for each feature, a column for each answer."""

    weights: Floats
    bias: Floats

    def scores(self, vector: Vector) -> Floats:
        scores: Floats = vector.values @ self.weights.take(vector.rows, axis=0) + self.bias
        return scores


class Judged(NamedTuple):
    """What the models say of one vector. `leanings`: what one occurrence of each feature adds to the best category."""

    scores: Floats
    member_scores: Floats
    leanings: Floats
    reason: tuple[str, float]


@dataclass(frozen=True)
class Weights:
    """`primary` chooses one category, `member` judges each by itself, `reasons` chooses within a category."""

    vocabulary: Vocabulary
    primary: Head
    member: Head
    reasons: dict[str, Head]

    @cached_property
    def _both(self) -> Floats:
        # Side by side, so that a feature's weights are fetched from memory once.
        return np.ascontiguousarray(np.hstack([self.primary.weights, self.member.weights]))

    def judge(self, vector: Vector) -> Judged:
        weights = self._both.take(vector.rows, axis=0)
        both = vector.values @ weights
        count = len(self.primary.bias)
        scores, member_scores = both[:count] + self.primary.bias, both[count:] + self.member.bias
        best = int(scores.argmax())
        primary = weights[:, :count]
        once = vector.values / vector.counts
        # Against the average of all categories: what speaks for each of them tells nobody why it is this one.
        leanings = (once * (primary[:, best] - primary @ np.full(count, 1 / count, np.float32))).astype(np.float32)
        return Judged(scores, member_scores, leanings, self.reason(CATEGORIES[best], vector))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        names = json.dumps(self.vocabulary.names, ensure_ascii=False, indent=0)
        (folder / VOCABULARY_FILE).write_text(names, encoding="utf-8")
        arrays = {"idf": self.vocabulary.idf}
        for name, head in self._heads().items():
            arrays[f"{name}.weights"] = head.weights
            arrays[f"{name}.bias"] = head.bias
        halves = {name: array.astype(np.float16) for name, array in arrays.items()}
        np.savez_compressed(folder / WEIGHTS_FILE, allow_pickle=False, **halves)

    def _heads(self) -> dict[str, Head]:
        return {"primary": self.primary, "member": self.member, **self.reasons}

    @classmethod
    def load(cls, folder: Path) -> "Weights":
        names = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as stored:
            arrays: dict[str, Floats] = {name: stored[name].astype(np.float32) for name in stored.files}

        def head(name: str) -> Head:
            return Head(np.ascontiguousarray(arrays[f"{name}.weights"]), arrays[f"{name}.bias"])

        reasons = {category: head(category) for category in CATEGORIES}
        return cls(Vocabulary(names, arrays["idf"]), head("primary"), head("member"), reasons)

    def reason(self, category: str, vector: Vector) -> tuple[str, float]:
        chances = softmax(self.reasons[category].scores(vector))
        best = int(chances.argmax())
        return REASONS[category][best], float(chances[best])


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    chances: Floats = raised / raised.sum()
    return chances


def sigmoid(scores: Floats) -> Floats:
    chances: Floats = (1.0 / (1.0 + np.exp(-scores))).astype(np.float32)
    return chances
