"""What the cheap models and the encoder say together, and from what signs one can tell how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifiers.beside import Beside
from classifiers.categories import CATEGORIES
from classifiers.encoder import Heard
from classifiers.features import Floats
from classifiers.linear import Judged

# A score below counts as this: how absent a category is tells nothing more.
ABSENT, PRESENT = -3.0, 4.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """`scores` are logarithms of chances. `signs` tell how sure the best one is: the higher, the surer.

    `member_scores` tell which categories are there at all, `beside_scores` which stand beside the best one.
    """

    scores: Floats
    member_scores: Floats
    beside_scores: Floats
    signs: NDArray[np.float64]

    @property
    def best(self) -> str:
        return CATEGORIES[int(self.scores.argmax())]


@dataclass(frozen=True, slots=True)
class Blend:
    """How much each of the two counts, for the one category that is chosen and for each category by itself."""

    own: float = 1.0
    encoder: float = 0.0
    bias: tuple[float, ...] = (0.0,) * len(CATEGORIES)
    member_own: float = 1.0
    member_encoder: float = 0.0
    member_score: float = 0.0
    member_bias: float = 0.0
    beside: Beside = field(default_factory=Beside)

    def opinion(self, judged: Judged, heard: Heard | None) -> Opinion:
        own = log_chances(judged.scores)
        other = heard.scores if heard is not None else own
        member_other = heard.member_scores if heard is not None else judged.member_scores
        scores = log_chances(self.own * own + self.encoder * other + np.array(self.bias, np.float32))
        members = self.member_own * judged.member_scores + self.member_encoder * member_other
        members = members + self.member_score * scores + self.member_bias
        beside = self.beside.scores(judged, heard, scores)
        return Opinion(scores, members, beside, _signs(scores, members, (own, other) if heard is not None else (own,)))


ALONE = Blend()


def log_chances(scores: Floats) -> Floats:
    highest = scores.max()
    chances: Floats = scores - highest - math.log(float(np.exp(scores - highest).sum()))
    return chances


def _signs(scores: Floats, members: Floats, each: Sequence[Floats]) -> NDArray[np.float64]:
    """The lead of the best category; whether another one stands beside it, where a wide lead is wrong most often;
    and, where two were asked, how far the less convinced one agrees."""
    best = int(scores.argmax())
    leads = [lead(one, best) for one in each]
    rival = max(float(members[_runner_up(members, best)]), ABSENT)
    signs = [lead(scores, best), -rival, min(float(members[best]), PRESENT)]
    if len(each) > 1:
        signs += [min(leads), *(min(one, 0.0) for one in leads)]
    return np.array(signs)


def lead(scores: Floats, best: int) -> float:
    return float(scores[best] - scores[_runner_up(scores, best)])


def _runner_up(scores: Floats, best: int) -> int:
    """The place of the highest of the others. A list of six is looked through in a fifth of an array's time."""
    others: list[float] = scores.tolist()
    others[best] = -math.inf
    return others.index(max(others))
