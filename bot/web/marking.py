"""Spans of a text → the text in pieces, each with what it shows. Offsets come from a model and may be anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.desk.verdict import LEFT_OUT, MEANT, MENTIONED, FoundFact, Verdict

EVIDENCE = "evidence"
_OF_ROLE: Mapping[str, str] = {
    MENTIONED: ", only mentioned: no draft uses it",
    LEFT_OUT: ", left out: the message is not about it",
}


@dataclass(frozen=True, slots=True)
class Mark:
    start: int
    end: int
    why: str
    kind: str = EVIDENCE
    is_doubted: bool = False
    role: str = MEANT


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text. `why` and `kind` are "" where nothing is marked. The ledger contradicts the doubted.

    `role` tells what the message is about from what it only names, and from what it is not about.
    """

    text: str
    why: str = ""
    kind: str = ""
    is_doubted: bool = False
    role: str = MEANT


def marks_of(verdict: Verdict | None, field: str, doubts: Mapping[str, str] | None = None) -> list[Mark]:
    """What the verdict shows in one field: evidence, and the facts that were found. `doubts` are those of the desk."""
    if verdict is None:
        return []
    doubts = doubts or {}
    found = [
        Mark(one.start, one.end, _told(one, doubts.get(one.value, "")), one.kind, one.value in doubts, one.role)
        for one in verdict.facts
        if one.field == field
    ]
    spans = {(mark.start, mark.end) for mark in found}
    asked = (verdict.question,) if verdict.question is not None else ()
    shown = [Mark(one.start, one.end, one.why) for one in (*asked, *verdict.evidence) if one.field == field]
    # The evidence names most facts itself; the fact says more.
    return found + [mark for mark in shown if (mark.start, mark.end) not in spans]


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """The whole text, cut wherever a mark begins or ends. Where marks overlap, a piece carries the words of each."""
    inside = [mark for mark in marks if 0 <= mark.start < min(mark.end, len(text))]
    cuts = sorted({0, len(text), *(mark.start for mark in inside), *(min(mark.end, len(text)) for mark in inside)})
    return [_piece(text, inside, start, end) for start, end in pairwise(cuts)]


def kinds_of(cut: Iterable[Piece]) -> list[str]:
    """Which kinds are marked, each once, evidence first: for the legend."""
    kinds = dict.fromkeys(piece.kind for piece in cut if piece.kind)
    return sorted(kinds, key=lambda kind: kind != EVIDENCE)


def _piece(text: str, marks: Iterable[Mark], start: int, end: int) -> Piece:
    covering = [mark for mark in marks if mark.start <= start and mark.end >= end]
    why = "; ".join(dict.fromkeys(mark.why for mark in covering))
    # A fact inside a longer stretch of evidence is what the eye looks for.
    kind = next((mark.kind for mark in covering if mark.kind != EVIDENCE), EVIDENCE if covering else "")
    roles = {mark.role for mark in covering if mark.kind == kind}
    # What is meant in one reading is meant.
    role = MEANT if MEANT in roles or not roles else min(roles)
    return Piece(text[start:end], why, kind, any(mark.is_doubted for mark in covering), role)


def _told(fact: FoundFact, doubt: str) -> str:
    named = f"{fact.kind} {fact.value}{_OF_ROLE.get(fact.role, '')}"
    return f"{named}: {doubt}" if doubt else named
