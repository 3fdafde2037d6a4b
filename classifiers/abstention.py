"""When to say nothing: what a wrong answer is expected to cost against what may be risked."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.blend import Opinion
from classifiers.categories import CATEGORIES
from classifiers.house import Costs

ABSTENTION_FILE = "abstention.json"
# Of a hundred messages of authors never read before that are sorted without a person, so many shall be right ...
ACCURACY_WHEN_SORTED = 0.97
# ... and with so many standard errors to spare, since the authors we measured on are only some of all.
SPARE_ERRORS = 2.0
# What the cheap models take for sure is wrong so seldom that fewer spare errors leave anything to be sure of.
SPARE_WHEN_SURE = 1.0
# Fewer than this many answers prove nothing.
FEWEST = 60
NEVER = 1.01


@dataclass(frozen=True, slots=True)
class Abstention:
    """`alone`, `together`: the lowest probability that is enough, of the cheap models or of both with the encoder.

    `sure` is the one from which on the cheap models need not ask the encoder.
    """

    alone: float = NEVER
    together: float = NEVER
    sure: float = NEVER

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ABSTENTION_FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Abstention":
        return cls(**json.loads((folder / ABSTENTION_FILE).read_text(encoding="utf-8")))


def expected_cost(opinion: Opinion, probability: float, costs: Costs) -> float:
    """Every mistake costs 1 unless the costs say otherwise; so without costs this is the chance of a mistake."""
    others: dict[str, float] = dict(zip(CATEGORIES, np.exp(opinion.scores).tolist(), strict=True))
    best = opinion.best
    del others[best]
    whole = sum(others.values()) or 1.0
    mean = sum(share / whole * costs.get(name, {}).get(best, 1.0) for name, share in others.items())
    return (1.0 - probability) * mean


def lowest_safe(chances: NDArray[np.floating], right: NDArray[np.bool_], accuracy: float, spare: float) -> float:
    """The lowest probability from which on, all the way up, enough answers are right, with errors to spare."""
    order = np.argsort(-chances, kind="stable")
    counts = np.arange(1, len(order) + 1)
    found = np.cumsum(right[order]) / counts
    # Where all were right so far, one mistake more is still to be reckoned with.
    doubt = np.sqrt(np.maximum(found * (1 - found), 1 / counts) / counts)
    good = np.flatnonzero((found - spare * doubt >= accuracy) & (counts >= FEWEST))
    if not len(good):
        return NEVER
    # Rounded up, so that the message on the edge is not sorted by an accident of the last digit.
    return float(np.ceil(chances[order[good[-1]]] * 1000) / 1000)


def right_of(opinions: Sequence[Opinion], primaries: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([one.best == primary for one, primary in zip(opinions, primaries, strict=True)])
