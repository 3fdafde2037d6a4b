"""What a vocabulary knows of each piece of text, kept by number: that of a whole batch is found in a few look-ups."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from classifiers.pairs import ROW, Rows
from classifiers.tokens import PIECE_LENGTH, ends_sentence, normal_form

PIECES_REMEMBERED = 20_000


class Known(NamedTuple):
    """What a vocabulary knows of a piece wherever it stands.

    `rows` of the piece itself, `subject_rows` where it stands in a subject, the numbers of its `words` and `stems`.
    """

    rows: Iterable[int] = ()
    subject_rows: Iterable[int] = ()
    words: Iterable[int] = ()
    stems: Iterable[int] = ()


class Lists:
    """Lists of numbers, one behind the other in one array that grows."""

    def __init__(self) -> None:
        self._all = array("i")
        self._bounds = array("i", (0,))

    def add(self, numbers: Iterable[int]) -> None:
        self._all.extend(numbers)
        self._bounds.append(len(self._all))

    def take(self, which: Rows) -> tuple[Rows, Rows]:
        """The numbers of these lists, and for each the place in `which` that it came from."""
        bounds = np.frombuffer(self._bounds, ROW)
        starts = bounds.take(which)
        lengths = bounds.take(which + 1) - starts
        at = np.repeat(np.arange(len(which), dtype=ROW), lengths)
        skipped = starts - np.cumsum(lengths, dtype=ROW) + lengths
        places = skipped.take(at) + np.arange(len(at), dtype=ROW)
        return (np.frombuffer(self._all, ROW).take(places) if len(places) else at), at


class Forms:
    """The pieces met so far by number. Mail never runs out of new words, so what it remembers is bounded."""

    def __init__(self, look_up: Callable[[str], Known] = lambda _: Known()) -> None:
        self._look_up = look_up
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[str, int] = {}
        self._by_form: dict[tuple[str, bool], int] = {}
        self._ends = array("b")
        self.rows, self.subject_rows, self.words, self.stems = Lists(), Lists(), Lists(), Lists()

    def numbers(self, pieces: Sequence[str]) -> Rows:
        """Valid until the next call, which may begin anew."""
        if len(self._numbers) + len(self._by_form) > PIECES_REMEMBERED:
            self._forget()
        found = list(map(self._numbers.get, pieces))
        if None in found:
            found = [self._number(piece) if it is None else it for it, piece in zip(found, pieces, strict=True)]
        return np.array(found, ROW)

    def ends(self, numbers: Rows) -> Rows:
        """1 for each piece that ends a sentence, 0 for the others."""
        return np.frombuffer(self._ends, np.int8).take(numbers).astype(ROW) if len(numbers) else numbers

    def _number(self, piece: str) -> int:
        # Most numbers are new but look like the last one, so a piece is also known by its form.
        form = normal_form(piece), ends_sentence(piece)
        number = self._by_form.get(form)
        if number is None:
            number = self._by_form[form] = self._new(*form)
        if len(piece) <= PIECE_LENGTH:
            self._numbers[piece] = number
        return number

    def _new(self, normal: str, ends: bool) -> int:  # noqa: FBT001 (one of the two halves of a form)
        known = self._look_up(normal)
        self._ends.append(ends)
        self.rows.add(known.rows)
        self.subject_rows.add(known.subject_rows)
        self.words.add(known.words)
        self.stems.add(known.stems)
        return len(self._ends) - 1
