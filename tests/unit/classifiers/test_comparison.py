"""When one model is better than another, and when that could be luck."""

from __future__ import annotations

import pytest

from classifiers.comparison import Paired, Tally, compare, is_better
from classifiers.examples_file import Example
from classifiers.verdict import UNSORTED, MailText, Scored, Verdict

FACTS: dict[str, tuple[str, ...]] = {"invoice": (), "po": (), "amount": (), "state": ()}


def _judged(true: str, said: str, *, dares: bool = True) -> tuple[Example, Verdict]:
    example = Example("1", "own", MailText("", ""), (true,), None, "", FACTS, "USD")
    scored = (Scored(said, 0.9),)
    return example, Verdict(said if dares else UNSORTED, said, 0.9, scored, None, 0.0, "USD", (), (), "m")


def _paired(won: int, lost: int, *, wrong: tuple[int, int] = (5, 5), messages: int = 100) -> Paired:
    champion, challenger = (Tally(messages, 80, 50, 50 - one) for one in wrong)
    return Paired(champion, challenger, won, lost)


def test_only_messages_on_which_the_two_differ_are_counted() -> None:
    champion = [_judged("refund", "refund"), _judged("refund", "other"), _judged("other", "refund", dares=False)]
    challenger = [_judged("refund", "refund"), _judged("refund", "refund"), _judged("other", "refund")]
    found = compare(champion, challenger)
    assert (found.won, found.lost) == (1, 0)
    assert (found.champion.sorted, found.champion.sorted_wrong) == (2, 1)
    assert (found.challenger.sorted, found.challenger.sorted_wrong) == (3, 1)


@pytest.mark.parametrize(
    ("won", "lost", "luck"), [(0, 0, 1.0), (5, 0, 1 / 32), (0, 5, 1.0), (8, 2, 56 / 1024), (1, 0, 0.5)]
)
def test_luck_is_that_of_a_fair_coin(won: int, lost: int, luck: float) -> None:
    assert _paired(won, lost).luck == pytest.approx(luck)


@pytest.mark.parametrize(
    ("found", "tries", "better", "why"),
    [
        (_paired(12, 1), 1, True, "better"),
        (_paired(3, 1), 1, False, "could be luck"),
        (_paired(6, 0), 1, True, "better"),
        (_paired(6, 0), 10, False, "allowed 0.005"),
        (_paired(12, 1, wrong=(2, 5)), 1, False, "sorts 5 wrongly, not 2"),
        (_paired(12, 1, messages=29), 1, False, "too few"),
    ],
)
def test_a_challenger_must_win_by_more_than_luck_and_not_at_the_price_of_mistakes(
    found: Paired, tries: int, *, better: bool, why: str
) -> None:
    said = is_better(found, tries)
    assert said[0] is better
    assert why in said[1]
