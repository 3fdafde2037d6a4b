"""Which categories a message is about besides its first one: what both readers say, and which stand together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.categories import CATEGORIES
from classifiers.encoder import Heard
from classifiers.features import Floats
from classifiers.linear import Judged

NO_PAIRS = ((0.0,) * len(CATEGORIES),) * len(CATEGORIES)


@dataclass(frozen=True, slots=True)
class Beside:
    """`pairs` holds for each first category (row) how readily each other one (column) stands beside it.

    That a category is there is not enough: it may be the first one, where the one that was chosen is wrong.
    """

    own: float = 1.0
    encoder: float = 0.0
    encoder_beside: float = 0.0
    score: float = 0.0
    pairs: tuple[tuple[float, ...], ...] = NO_PAIRS

    def scores(self, judged: Judged, heard: Heard | None, scores: Floats) -> Floats:
        found = self.own * judged.member_scores + self.score * scores
        if heard is not None:
            found = found + self.encoder * heard.member_scores + self.encoder_beside * heard.beside_scores
        first = int(scores.argmax())
        leaning: Floats = (found + np.array(self.pairs[first], np.float32)).astype(np.float32)
        return leaning

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Beside":
        pairs = tuple(tuple(float(one) for one in row) for row in stored["pairs"])
        return cls(stored["own"], stored["encoder"], stored["encoder_beside"], stored["score"], pairs)
