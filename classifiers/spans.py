"""The stretches of words that spoke most for a category: neighbours of one sentence that all speak for it."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.pairs import Rows

MOST = 5
LONGEST_SPAN = 8
# A span that adds less than this share of all that spoke for the category would only be noise to a reader.
LEAST_SHARE = 0.04


class Span(NamedTuple):
    """The first and the last piece, counted from the beginning of the subject or of the newest text."""

    is_newest: bool
    first: int
    last: int


def strongest(spoken: NDArray[np.float64], stretches: Rows, firsts: Rows) -> list[list[Span]]:
    """For each message, strongest first. `spoken`: what each piece of all messages adds to the chosen category.

    `firsts` is the number of the first piece of each part: the subject and the newest text of each message in turn.
    """
    starts, ends, parts = _runs(spoken, stretches, firsts)
    # The end of the last run may lie behind the last piece.
    sums = np.add.reduceat(np.append(spoken, 0.0), np.stack([starts, ends], axis=1).ravel())[::2]
    mails = parts // 2
    totals = np.bincount(mails, sums, minlength=len(firsts) // 2)
    order = np.lexsort((starts, -sums, mails))
    order = order[sums.take(order) >= LEAST_SHARE * totals.take(mails.take(order))]
    bounds = np.searchsorted(mails.take(order), np.arange(len(firsts) // 2 + 1)).tolist()
    before = firsts.take(parts)
    spans = [
        Span(*each)
        for each in zip(
            (parts.take(order) % 2 == 1).tolist(),
            (starts - before).take(order).tolist(),
            (ends - 1 - before).take(order).tolist(),
            strict=True,
        )
    ]
    return [spans[first : min(end, first + MOST)] for first, end in pairwise(bounds)]


def _runs(
    spoken: NDArray[np.float64], stretches: Rows, firsts: Rows
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Where each run begins and ends, and the part that it is in. A long one is cut."""
    speaks = spoken > 0
    begins = speaks.copy()
    begins[1:] &= ~(speaks[:-1] & (stretches[1:] == stretches[:-1]))
    pieces = np.flatnonzero(speaks)
    inside = pieces - np.flatnonzero(begins).take(np.cumsum(begins).take(pieces) - 1)
    is_first = inside % LONGEST_SPAN == 0
    starts = pieces[is_first]
    ends = starts + np.bincount(np.cumsum(is_first) - 1, minlength=len(starts))
    return starts, ends, np.searchsorted(firsts, starts, side="right") - 1
