"""How sure an opinion makes us, and which categories stand beside the best one. Fitted on authors left out."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.beside import Beside
from classifiers.blend import ALONE, Blend, Opinion
from classifiers.categories import CATEGORIES
from classifiers.linear import sigmoid

CALIBRATION_FILE = "calibration.json"
RIDGE = 1.0
# Digits kept: the same examples must give the same file on every processor.
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One way to answer, by the cheap models alone or together with the encoder.

    `bias` and `weights` turn the signs of an opinion into the chance that its best category is right.
    """

    blend: Blend = ALONE
    bias: float = 0.0
    weights: tuple[float, ...] = (0.0, 0.0, 0.0)
    beside_threshold: float = 0.5

    def probability(self, opinion: Opinion) -> float:
        return 1.0 / (1.0 + math.exp(-self.bias - float(opinion.signs @ np.array(self.weights))))

    def beside(self, opinion: Opinion) -> list[tuple[str, float]]:
        """The categories that stand beside the best one, most probable first."""
        best = opinion.best
        chances = sigmoid(opinion.beside_scores)
        # Most messages are about one thing, and the best one mostly stands beside itself.
        found = [
            (CATEGORIES[place], float(chances[place]))
            for place in np.flatnonzero(chances >= self.beside_threshold).tolist()
            if CATEGORIES[place] != best
        ]
        return sorted(found, key=lambda pair: -pair[1])

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Stage":
        blend = {
            **stored["blend"],
            "bias": tuple(stored["blend"]["bias"]),
            "beside": Beside.from_json(stored["blend"]["beside"]),
        }
        return cls(Blend(**blend), stored["bias"], tuple(stored["weights"]), stored["beside_threshold"])


@dataclass(frozen=True, slots=True)
class Calibration:
    """`together` was fitted for the encoder of that version; with another one the cheap models answer alone."""

    alone: Stage = field(default_factory=Stage)
    together: Stage | None = None
    encoder: str = ""

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(self), indent=2)
        (folder / CALIBRATION_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Calibration":
        stored = json.loads((folder / CALIBRATION_FILE).read_text(encoding="utf-8"))
        together = Stage.from_json(stored["together"]) if stored["together"] else None
        return cls(Stage.from_json(stored["alone"]), together, stored["encoder"])


UNCALIBRATED = Calibration()


def fit_chance(signs: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, tuple[float, ...]]:
    """Logistic regression by Newton's steps. The ridge keeps it finite when all are right."""
    columns = np.hstack([np.ones((len(signs), 1)), signs])
    guess, ridge = np.zeros(columns.shape[1]), RIDGE * np.eye(columns.shape[1])
    ridge[0, 0] = 0.1
    for _ in range(30):
        chances = 1.0 / (1.0 + np.exp(-np.clip(columns @ guess, -30, 30)))
        slope = columns.T @ (right - chances) - ridge @ guess
        bend = (columns * (chances * (1 - chances))[:, None]).T @ columns + ridge
        guess = guess + np.linalg.solve(bend, slope)
    bias, *weights = (round(float(one), DIGITS) for one in guess)
    return bias, tuple(weights)


def best_beside_threshold(opinions: Sequence[Opinion], true: Sequence[Sequence[str]]) -> float:
    """The one that finds further categories best: F1 of all that stand beside the best one, `other` left out."""
    chances = sigmoid(np.array([one.beside_scores for one in opinions]))
    best = np.array([one.scores.argmax() for one in opinions])
    chances[np.arange(len(best)), best] = 0.0
    wanted = np.array([[name in names[1:] for name in CATEGORIES] for names in true])
    counted = np.array([name != "other" for name in CATEGORIES])

    def f1(threshold: float) -> float:
        said = (chances >= threshold) & counted
        both = (said & wanted).sum()
        return float(2 * both / max(1, said.sum() + (wanted & counted).sum()))

    return max((round(0.1 + 0.02 * step, 2) for step in range(40)), key=f1)
