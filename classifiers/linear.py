"""The trained weights, and the arithmetic that turns a vector into scores. Only numpy is needed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from classifiers.categories import CATEGORIES, REASONS
from classifiers.features import Floats, Seen, Vectors, Vocabulary
from classifiers.pairs import Rows
from classifiers.tokens import Piece
from classifiers.verdict import MailText

WEIGHTS_FILE = "weights.npz"
VOCABULARY_FILE = "vocabulary.json"


@dataclass(frozen=True, slots=True)
class Head:
    """One linear model: a row of weights for each feature, a column for each answer."""

    weights: Floats
    bias: Floats


class Judged(NamedTuple):
    """What the models say of one message. `spoken`: what each of its pieces adds to the best category."""

    subject: Sequence[Piece]
    newest: Sequence[Piece]
    spoken: Sequence[float]
    scores: Floats
    member_scores: Floats
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

    def judge(self, mails: Sequence[MailText]) -> list[Judged]:
        seen = self.vocabulary.see(mails)
        vectors = self.vocabulary.vectors(seen)
        weights = self._both.take(vectors.rows, axis=0)
        count = len(self.primary.bias)
        # Against the average of all categories: what speaks for each of them tells nobody why it is this one.
        leanings = weights[:, :count] - weights[:, :count].mean(axis=1, keepdims=True)
        leanings *= (vectors.values / vectors.counts)[:, np.newaxis]
        judged: list[tuple[Floats, Floats, tuple[str, float]]] = []
        chosen = np.zeros(len(vectors.rows), dtype=np.float32)
        for first, last in pairwise(vectors.bounds):
            values, rows = vectors.values[first:last], vectors.rows[first:last]
            both = values @ weights[first:last]
            scores, member_scores = both[:count] + self.primary.bias, both[count:] + self.member.bias
            best = int(scores.argmax())
            chosen[first:last] = leanings[first:last, best]
            judged.append((scores, member_scores, self._reason(CATEGORIES[best], rows, values)))
        spoken = _by_piece(seen, vectors, chosen)
        return [Judged(*each, *one) for each, one in zip(spoken, judged, strict=True)]

    def _reason(self, category: str, rows: Rows, values: Floats) -> tuple[str, float]:
        head = self.reasons[category]
        chances = softmax(values @ head.weights.take(rows, axis=0) + head.bias)
        best = int(chances.argmax())
        return REASONS[category][best], float(chances[best])

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


def _by_piece(
    seen: Seen, vectors: Vectors, leanings: Floats
) -> Iterator[tuple[Sequence[Piece], Sequence[Piece], list[float]]]:
    """The pieces of each message, with what each of them adds to the best category."""
    inside = seen.owners >= 0
    added = leanings.take(np.searchsorted(vectors.keys, seen.keys[inside]))
    # A plain list, as single numbers are read from it: that is several times slower from an array.
    weights = np.bincount(seen.owners[inside], weights=added).tolist()
    start = 0
    for subject, newest in seen.pieces:
        end = start + len(subject) + len(newest)
        found = weights[start:end]
        yield subject, newest, found + [0.0] * (end - start - len(found))
        start = end


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    chances: Floats = raised / raised.sum()
    return chances


def sigmoid(scores: Floats) -> Floats:
    chances: Floats = (1.0 / (1.0 + np.exp(-scores))).astype(np.float32)
    return chances
