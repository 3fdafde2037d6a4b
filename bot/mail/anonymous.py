"""People left out of a text that is kept to learn from: addresses, telephone numbers, and the names of its senders."""

from __future__ import annotations

import re
from collections.abc import Iterable

SOMEONE = "someone"
# Both ends of an address are bounded by what a server accepts, so that no text costs more than its length.
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?=[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
# Only the ways of writing that no document number has: with an area code apart, or behind a plus.
_TELEPHONE = re.compile(
    r"(?<![\w.-])"
    r"(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]\d{2,4}){2,4}"
    r"|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4})(?![\w-])"
)
# Shorter names are words of other meanings.
_SHORTEST_NAME = 3


def without_people(text: str, names: Iterable[str]) -> str:
    """The text with `someone` for the name part of each address and for each word of these names.

    The domain of an address stays: it tells whose customer writes, as the company's own name in the text does.
    """
    text = _ADDRESS.sub(f"{SOMEONE}@", text)
    text = _TELEPHONE.sub(lambda found: re.sub(r"\d", "0", found.group()), text)
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", name) if len(word) >= _SHORTEST_NAME}
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(word)}\b", SOMEONE, text, flags=re.IGNORECASE)
    return text
