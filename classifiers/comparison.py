"""Two models on the same mail: which of them is right where the other is wrong, and whether that could be luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from classifiers.evaluate import Judged
from classifiers.verdict import UNSORTED

# A challenger that is no better wins at most once in so many comparisons.
MOST_LUCK = 0.05
# With fewer messages on which the two differ no test can tell luck from skill at that level.
FEWEST_MESSAGES = 30


@dataclass(frozen=True, slots=True)
class Tally:
    """How one model fared. `right` counts likeliest categories, `sorted_right` those that it dared to sort by."""

    messages: int
    right: int
    sorted: int
    sorted_right: int

    @property
    def sorted_wrong(self) -> int:
        return self.sorted - self.sorted_right


@dataclass(frozen=True, slots=True)
class Paired:
    """`won` counts messages that only the challenger has right, `lost` those that only the champion has right."""

    champion: Tally
    challenger: Tally
    won: int
    lost: int

    @property
    def luck(self) -> float:
        """How often a challenger that is no better would win at least as many of the messages on which they differ.

        The exact one-sided sign test, which is McNemar's on pairs: messages on which both are right or both wrong say
        nothing.
        """
        differ = self.won + self.lost
        as_lucky: int = sum(comb(differ, wins) for wins in range(self.won, differ + 1))
        return as_lucky / float(2**differ)


def compare(champion: Sequence[Judged], challenger: Sequence[Judged]) -> Paired:
    """Both must have judged the same examples in the same order."""
    pairs = [
        (before.best == example.primary, after.best == other.primary)
        for (example, before), (other, after) in zip(champion, challenger, strict=True)
    ]
    return Paired(
        _tally(champion),
        _tally(challenger),
        won=sum(after and not before for before, after in pairs),
        lost=sum(before and not after for before, after in pairs),
    )


def _tally(judged: Sequence[Judged]) -> Tally:
    dared = [(example, verdict) for example, verdict in judged if verdict.category != UNSORTED]
    return Tally(
        messages=len(judged),
        right=sum(verdict.best == example.primary for example, verdict in judged),
        sorted=len(dared),
        sorted_right=sum(verdict.category == example.primary for example, verdict in dared),
    )


def is_better(found: Paired, tries: int) -> tuple[bool, str]:
    """Whether the challenger may take the place of the champion, and the reason in words.

    `tries` counts the challengers that met this champion, this one among them: the more of them, the likelier one wins
    by luck, so each must be as many times more convincing (Bonferroni).
    """
    messages, luck, allowed = found.champion.messages, found.luck, MOST_LUCK / max(1, tries)
    shown = (
        f"of {messages} held-out messages it alone is right on {found.won}, the model in use alone on {found.lost} "
        f"(by luck {luck:.3f}, allowed {allowed:.3f})"
    )
    if messages < FEWEST_MESSAGES:
        return False, f"{messages} held-out messages are too few; {FEWEST_MESSAGES} are needed"
    if found.challenger.sorted_wrong > found.champion.sorted_wrong and _share_wrong(found.challenger) > _share_wrong(
        found.champion
    ):
        return False, f"it sorts {found.challenger.sorted_wrong} wrongly, not {found.champion.sorted_wrong}; {shown}"
    if luck > allowed:
        return False, f"that could be luck: {shown}"
    return True, f"better: {shown}"


def _share_wrong(tally: Tally) -> float:
    return tally.sorted_wrong / tally.sorted if tally.sorted else 0.0
