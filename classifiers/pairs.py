"""Features of two words, looked up for many messages at once: word by word that takes ten times as long."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
ROW = np.dtype(np.int32)
# The groups that have features of two words.
GROUPS = ("k", "s", "w")


class PairTable:
    """The rows of a vocabulary's pairs. Words get numbers; 0 is every word that is in no pair."""

    def __init__(self, names: Sequence[str]) -> None:
        pairs = [(name[0], name[1:].partition(" "), row) for row, name in enumerate(names) if _is_pair(name)]
        words = sorted({word for _, (first, _, second), _ in pairs for word in (first, second)})
        self._numbers = {word: number for number, word in enumerate(words, 1)}
        self._base = len(words) + 1
        number = self._numbers
        keyed = sorted(
            (self._key(group, number[first], number[second]), row) for group, (first, _, second), row in pairs
        )
        # One more than any key, so that a search never leads past the end.
        self._keys = np.array([*(key for key, _ in keyed), self._key("", 0, 0)], dtype=np.int64)
        self._rows = np.array([*(row for _, row in keyed), 0], dtype=ROW)

    def number(self, word: str) -> int:
        return self._numbers.get(word, 0)

    def _key(self, group: str, first: int, second: int) -> int:
        place = GROUPS.index(group) if group else len(GROUPS)
        return (place * self._base + first) * self._base + second

    def find(self, group: str, words: Rows, owners: Rows, reach: int, stretches: Rows) -> tuple[Rows, Rows]:
        """The rows of the pairs that stand `reach` words apart, each with the owner of the second word.

        Both words must be of one stretch; `stretches` tells that of each owner.
        """
        whose = owners[reach:]
        together = np.flatnonzero(stretches.take(owners[:-reach]) == stretches.take(whose))
        first, second = words.take(together), words.take(together + reach)
        keys = self._key(group, 0, 0) + first.astype(np.int64) * self._base + second
        at = np.searchsorted(self._keys, keys)
        found = self._keys.take(at) == keys
        return self._rows.take(at[found]), whose.take(together[found])


def _is_pair(name: str) -> bool:
    return name[0] in GROUPS and " " in name
