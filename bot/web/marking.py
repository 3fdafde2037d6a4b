"""Spans of a text → the text in pieces, each with what it shows. Offsets come from a model and may be anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bot.desk.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text. `why` is "" where nothing is marked."""

    text: str
    why: str = ""


def marks_of(verdict: Verdict | None, field: str) -> list[Mark]:
    """What the verdict shows in one field: evidence and the facts that were found."""
    if verdict is None:
        return []
    shown = [Mark(one.start, one.end, one.why) for one in verdict.evidence if one.field == field]
    spans = {(mark.start, mark.end) for mark in shown}
    found = [Mark(one.start, one.end, f"{one.kind} {one.value}") for one in verdict.facts if one.field == field]
    # The evidence names most facts itself.
    return shown + [mark for mark in found if (mark.start, mark.end) not in spans]


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """The whole text, cut wherever a mark begins or ends. Where marks overlap, a piece carries the words of each."""
    inside = [mark for mark in marks if 0 <= mark.start < min(mark.end, len(text))]
    cuts = sorted({0, len(text), *(mark.start for mark in inside), *(min(mark.end, len(text)) for mark in inside)})
    return [Piece(text[start:end], _why(inside, start, end)) for start, end in pairwise(cuts)]


def _why(marks: Iterable[Mark], start: int, end: int) -> str:
    covering = (mark.why for mark in marks if mark.start <= start and mark.end >= end)
    return "; ".join(dict.fromkeys(covering))
