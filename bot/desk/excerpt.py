"""The part of a text that shows why it was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.desk.search_words import words_in

AROUND = 90
LONGEST = 260


def excerpt(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Pieces of the text around the first word that was looked for, each with whether it is such a word."""
    wanted = {word for asked in words for word in words_in(asked)}
    spans = [span for span in _spans(text[:20_000]) if wanted.intersection(words_in(text[slice(*span)]))]
    start = max(spans[0][0] - AROUND, 0) if spans else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(start + LONGEST, len(text))
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for begins, ends in spans:
        if begins < at or ends > end:
            continue
        pieces += [(text[at:begins], False), (text[begins:ends], True)]
        at = ends
    return [*pieces, (text[at:end] + (" …" if end < len(text) else ""), False)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in text.split():
        begins = text.index(word, at)
        at = begins + len(word)
        yield begins, at
