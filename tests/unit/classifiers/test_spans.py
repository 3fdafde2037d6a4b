"""Which neighbouring words are shown together, and which of them first."""

import numpy as np

from classifiers.spans import LONGEST_SPAN, MOST, Span, strongest


def spans_of(
    subject: list[float], newest: list[float], sentences: list[int] | None = None, *, alone: bool = True
) -> list[Span]:
    weights = np.array([*subject, *newest], dtype=np.float64)
    stretches = np.array(sentences or [*[0] * len(subject), *[1] * len(newest)], np.int32)
    firsts = np.array([0, len(subject), len(weights)], np.int32)
    if alone:
        return strongest(weights, stretches, firsts)[0]
    # The same message between two others.
    others = np.array([9.0, 9.0])
    return strongest(
        np.concatenate([others, weights, others]),
        np.concatenate([[-2, -1], stretches, [7, 8]]).astype(np.int32),
        np.concatenate([[0, 1], firsts + 2, [len(weights) + 3, len(weights) + 4]]).astype(np.int32),
    )[1]


def test_neighbours_that_speak_for_it_make_one_span_and_the_strongest_comes_first() -> None:
    assert spans_of([1.0, -1.0], [0.5, -0.1, 2.0, 1.0, 0.0]) == [
        Span(is_newest=True, first=2, last=3),
        Span(is_newest=False, first=0, last=0),
        Span(is_newest=True, first=0, last=0),
    ]


def test_a_span_ends_with_the_sentence_and_with_the_subject() -> None:
    found = spans_of([1.0], [1.0, 1.0, 1.0], [0, 1, 1, 2])

    assert found == [
        Span(is_newest=True, first=0, last=1),
        Span(is_newest=False, first=0, last=0),
        Span(is_newest=True, first=2, last=2),
    ]


def test_a_long_span_is_cut() -> None:
    found = spans_of([], [1.0] * (LONGEST_SPAN + 2))

    assert [(span.first, span.last) for span in found] == [(0, LONGEST_SPAN - 1), (LONGEST_SPAN, LONGEST_SPAN + 1)]


def test_noise_and_all_beyond_the_first_few_are_left_out() -> None:
    found = spans_of([], [5.0, -1.0, 0.01, -1.0, 4.0, -1.0, 3.0, -1.0, 2.0, -1.0, 1.0, -1.0, 0.9])

    assert [span.first for span in found] == [0, 4, 6, 8, 10]
    assert len(found) == MOST


def test_nothing_speaks_and_nothing_is_there() -> None:
    assert spans_of([-1.0], [-1.0, 0.0]) == []
    assert spans_of([], []) == []


def test_a_message_gets_the_same_spans_among_others() -> None:
    subject, newest = [1.0, 2.0], [0.5, -0.1, 2.0, 1.0]

    assert spans_of(subject, newest, alone=False) == spans_of(subject, newest)
