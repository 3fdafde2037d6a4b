"""The trained weights, and the arithmetic that turns a vector into scores. Only numpy is needed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.categories import CATEGORIES, REASONS
from classifiers.features import Floats, Seen, Vectors, Vocabulary
from classifiers.pairs import Rows
from classifiers.spans import Span, strongest
from classifiers.verdict import MailText

WEIGHTS_FILE = "weights.npz"
VOCABULARY_FILE = "vocabulary.json"


@dataclass(frozen=True, slots=True)
class Head:
    """One linear model: a row of weights for each feature, a column for each answer."""

    weights: Floats
    bias: Floats


class Judged(NamedTuple):
    """What the models say of one message. `spans` are the stretches of its pieces that spoke most for the best.

    `spoken` is what each piece of subject and newest text adds to the best, `stretches` the sentence of each piece,
    `newest` the number of the first piece that stands in the newest text.
    """

    scores: Floats
    member_scores: Floats
    reason: tuple[str, float]
    spans: Sequence[Span]
    spoken: NDArray[np.float64]
    stretches: Rows
    newest: int
    batch: "Batch | None" = None
    number: int = 0


class Batch(NamedTuple):
    """The messages that were judged together, for whoever asks more about one of them."""

    seen: Seen
    vectors: Vectors


@dataclass(frozen=True)
class Weights:
    """`primary` chooses one category, `member` judges each by itself, `reasons` chooses within a category."""

    vocabulary: Vocabulary
    primary: Head
    member: Head
    reasons: dict[str, Head]

    @cached_property
    def _together(self) -> Floats:
        # Side by side, so that a feature's weights are fetched from memory once. The last column is the average of all
        # categories: what speaks for each of them tells nobody why it is this one.
        primary = self.primary.weights
        return np.ascontiguousarray(np.hstack([primary, self.member.weights, primary.mean(axis=1, keepdims=True)]))

    def judge(self, mails: Sequence[MailText]) -> list[Judged]:
        seen = self.vocabulary.see(mails)
        vectors = self.vocabulary.vectors(seen)
        weighed = self._together.take(vectors.rows, axis=0)
        weighed *= vectors.values[:, np.newaxis]
        sums = _sums(weighed, vectors.bounds)
        count = len(self.primary.bias)
        scores, member_scores = sums[:, :count] + self.primary.bias, sums[:, count:-1] + self.member.bias
        best = scores.argmax(axis=1)
        chosen = np.repeat(best, np.diff(vectors.bounds)) + np.arange(len(weighed)) * weighed.shape[1]
        leanings = (weighed.ravel().take(chosen) - weighed[:, -1]) / vectors.counts
        inside = seen.owners >= 0
        added = leanings.take(vectors.places[inside])
        spoken = np.bincount(seen.owners[inside], weights=added, minlength=len(seen.stretches)).astype(np.float64)
        spans = strongest(spoken, seen.stretches, seen.firsts)
        reasons = [
            self._reason(CATEGORIES[number], vectors.rows[first:end], vectors.values[first:end])
            for number, (first, end) in zip(best.tolist(), pairwise(vectors.bounds.tolist()), strict=True)
        ]
        firsts = seen.firsts.tolist()
        own = [
            (spoken[first:end], seen.stretches[first:end], newest - first)
            for first, newest, end in zip(firsts[:-1:2], firsts[1::2], firsts[2::2], strict=True)
        ]
        batch = Batch(seen, vectors)
        judged = zip(scores, member_scores, reasons, spans, own, strict=True)
        return [
            Judged(one, members, reason, where, *rest, batch, number)
            for number, (one, members, reason, where, rest) in enumerate(judged)
        ]

    def reason(self, category: str, judged: Judged) -> tuple[str, float]:
        """The likeliest reason, and its chance, if the message is of that category."""
        if CATEGORIES[int(judged.scores.argmax())] == category:
            return judged.reason
        _, vectors = _batch_of(judged)
        first, end = vectors.bounds[judged.number : judged.number + 2].tolist()
        return self._reason(category, vectors.rows[first:end], vectors.values[first:end])

    def leaning(self, judged: Judged, first: int, second: int) -> NDArray[np.float64]:
        """What each piece of subject and newest text adds to one category (its place) rather than to another."""
        seen, vectors = _batch_of(judged)
        begin, stop = seen.bounds[judged.number : judged.number + 2].tolist()
        places, owners = vectors.places[begin:stop], seen.owners[begin:stop]
        inside = owners >= 0
        places = places[inside]
        # Of the whole rows only those that were met are touched; one column for all features would be copied first.
        met = self.primary.weights.take(vectors.rows.take(places), axis=0)
        gap = met[:, first] - met[:, second]
        added = gap * vectors.values.take(places) / vectors.counts.take(places)
        before = int(seen.firsts[2 * judged.number])
        return np.bincount(owners[inside] - before, weights=added, minlength=len(judged.spoken)).astype(np.float64)

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


def _batch_of(judged: Judged) -> Batch:
    if judged.batch is None:
        raise ValueError("nothing is known of this message but its scores")
    return judged.batch


def _sums(columns: Floats, bounds: Rows) -> Floats:
    """The sums of each stretch of lines, from one bound to the next. An empty stretch has the sum nothing."""
    sums = np.zeros((len(bounds) - 1, columns.shape[1]), np.float32)
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    if len(filled):
        sums[filled] = np.add.reduceat(columns, bounds.take(filled), axis=0)
    return sums


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    chances: Floats = raised / raised.sum()
    return chances


def sigmoid(scores: Floats) -> Floats:
    chances: Floats = (1.0 / (1.0 + np.exp(-scores))).astype(np.float32)
    return chances
