"""How sure a score makes us, and from where on the bot may sort by itself. Fitted on authors left out."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.categories import CATEGORIES
from classifiers.features import Floats
from classifiers.linear import sigmoid

CALIBRATION_FILE = "calibration.json"
# Of a hundred messages of authors never read before that are sorted without a person, so many must be right. The
# examples are mostly close calls; on the two authors of ordinary mail the same threshold is right 96 times. A clerk
# reads every draft and sorts a wrong one anew with two clicks: half the mail sorted so well beats a tenth.
ACCURACY_WHEN_SORTED = 0.935
# How much a second category that is present beside the best one takes from its lead, and below which score
# it counts as absent. Messages with two requests are where a wide lead is wrong most often.
RIVALRY, ABSENT = 0.5, -3.0
NEVER = 1.01
RIDGE = 0.1


@dataclass(frozen=True, slots=True)
class Calibration:
    """`offset` and `slope` turn the lead of the best category into the chance that it is right."""

    offset: float
    slope: float
    threshold: float
    member_threshold: float

    def probability(self, scores: Floats, member_scores: Floats) -> float:
        return 1.0 / (1.0 + math.exp(-self.offset - self.slope * lead(scores, member_scores)))

    def members(self, scores: Floats, best: str) -> list[tuple[str, float]]:
        """The categories beside the best one that stand by themselves, most probable first."""
        chances = sigmoid(scores)
        beside = [
            (name, float(chance))
            for name, chance in zip(CATEGORIES, chances, strict=True)
            if name != best and chance >= self.member_threshold
        ]
        return sorted(beside, key=lambda pair: -pair[1])

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=2)
        (folder / CALIBRATION_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Calibration":
        return cls(**json.loads((folder / CALIBRATION_FILE).read_text(encoding="utf-8")))


# Before anything is known, nothing is sorted by itself.
UNCALIBRATED = Calibration(offset=0.0, slope=1.0, threshold=NEVER, member_threshold=0.5)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model that never read this author said of a message, and what is true."""

    id: str
    source: str
    primary: str
    categories: tuple[str, ...]
    scores: Floats
    member_scores: Floats

    @property
    def best(self) -> int:
        return int(self.scores.argmax())

    @property
    def is_right(self) -> bool:
        return CATEGORIES[self.best] == self.primary


def lead(scores: Floats, member_scores: Floats) -> float:
    """How far the best category is ahead, less what speaks for another one being there as well."""
    second, first = np.partition(scores, -2)[-2:]
    rival = np.delete(member_scores, scores.argmax()).max()
    return float(first - second - RIVALRY * max(float(rival), ABSENT))


def calibrate(predictions: Sequence[Prediction]) -> Calibration:
    leads = np.array([lead(p.scores, p.member_scores) for p in predictions])
    right = np.array([p.is_right for p in predictions])
    offset, slope = _fit_chance(leads, right)
    chances = 1.0 / (1.0 + np.exp(-offset - slope * leads))
    return Calibration(offset, slope, lowest_safe(chances, right), _member_threshold(predictions))


def _fit_chance(leads: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Logistic regression on one number, by Newton's steps. The small ridge keeps it finite when all are right."""
    columns = np.stack([np.ones_like(leads), leads], axis=1)
    guess = np.zeros(2)
    for _ in range(30):
        chances = 1.0 / (1.0 + np.exp(-columns @ guess))
        slope = columns.T @ (right - chances) - RIDGE * guess
        bend = (columns * (chances * (1 - chances))[:, None]).T @ columns + RIDGE * np.eye(2)
        guess = guess + np.linalg.solve(bend, slope)
    return round(float(guess[0]), 4), round(float(guess[1]), 4)


def lowest_safe(chances: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """The lowest probability from which on, all the way up, enough answers are right."""
    order = np.argsort(-chances, kind="stable")
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(accuracy >= ACCURACY_WHEN_SORTED)
    if not len(good):
        return NEVER
    # Rounded up, so that the message on the edge is not sorted by an accident of the last digit.
    return float(np.ceil(chances[order[good[-1]]] * 1000) / 1000)


def _member_threshold(predictions: Sequence[Prediction]) -> float:
    """The one that finds second categories best: F1 of all that stand beside the best one."""
    grid = [round(0.3 + 0.02 * step, 2) for step in range(33)]

    def f1(threshold: float) -> float:
        hits = said = true = 0
        calibration = Calibration(0.0, 1.0, NEVER, threshold)
        for p in predictions:
            found = {name for name, _ in calibration.members(p.member_scores, CATEGORIES[p.best])}
            wanted = set(p.categories[1:])
            hits, said, true = hits + len(found & wanted), said + len(found), true + len(wanted)
        return 2 * hits / max(1, said + true)

    return max(grid, key=f1)
