"""From a message to the sparse vector that the linear models weigh, and from a weight back to its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.tokens import Piece, PieceReader, character_grams, normal_form
from classifiers.verdict import MailText

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

# The first letter of a feature's name tells its group; each group is brought to the length given here,
# so that a long message is not heard through its letters alone.
GROUP_WEIGHTS: Mapping[str, float] = {"c": 1.0, "k": 1.0, "m": 0.3, "s": 0.7, "w": 1.0}
REACH = 3

REPLY = re.compile(r"\s{0,9}(?:re|aw|sv)\s{0,9}:", re.IGNORECASE)
FORWARD = re.compile(r"\s{0,9}(?:fwd?|wg)\s{0,9}:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as rows of the vocabulary, each with the piece that it was seen at (-1: nowhere in the text).

    `distinct` holds each row once, in rising order, and `counts` how often it was seen.
    """

    subject: Sequence[Piece]
    newest: Sequence[Piece]
    rows: Rows
    owners: Rows
    distinct: Rows
    counts: Rows


@dataclass(frozen=True, slots=True)
class Vector:
    rows: Rows
    counts: Rows
    values: Floats


def piece_names(normal: str, words: Sequence[str]) -> Iterator[str]:
    """What a piece adds wherever it stands."""
    yield from ("c" + gram for gram in character_grams(normal))
    yield from ("w" + word for word in words)


def pair_names(pieces: Sequence[Piece], prefix: str) -> Iterator[tuple[str, int]]:
    """Each pair of neighbouring words, with the piece in which the second stands."""
    previous = ""
    for number, piece in enumerate(pieces):
        for word in piece.form.words:
            if previous:
                yield f"{prefix}{previous} {word}", number
            previous = word


def companions(pieces: Sequence[Piece], first: int = 0) -> Iterator[tuple[str, int]]:
    """Pairs of telling words of one sentence with up to two others between: 'paid … twice' however it is put."""
    sentence = -1
    before: list[str] = []
    for number, piece in enumerate(pieces, first):
        if piece.sentence != sentence:
            sentence, before = piece.sentence, []
        for stem in piece.form.stems:
            for earlier in before:
                yield f"k{earlier} {stem}", number
            before = [*before[1 - REACH :], stem]


def placed_names(mail: MailText, subject: Sequence[Piece], newest: Sequence[Piece]) -> Iterator[tuple[str, int]]:
    """What depends on more than one piece, each with the number of a piece, or -1 for the envelope."""
    yield from pair_names([*subject, *newest], "w")
    yield from companions(subject)
    yield from companions(newest, len(subject))
    yield from (("s" + word, number) for number, piece in enumerate(subject) for word in piece.form.words)
    yield from pair_names(subject, "s")
    yield from ((name, -1) for name in circumstances(mail))


def circumstances(mail: MailText) -> list[str]:
    """What the envelope tells. The mailbox is left out: in the examples it follows the category too closely."""
    endings = {name.rpartition(".")[2].lower() for name in mail.attachments}
    signs = {
        f"m{mail.side}": True,
        "mattached": bool(endings),
        "mpdf": "pdf" in endings,
        "mreply": REPLY.match(mail.subject) is not None,
        "mforward": FORWARD.match(mail.subject) is not None,
    }
    return [name for name, holds in signs.items() if holds]


class Vocabulary:
    """The known features in sorted order: their rows, and how telling each is (idf)."""

    def __init__(self, names: Sequence[str], idf: Floats) -> None:
        self.names = tuple(names)
        self.idf = idf
        self._rows = {name: row for row, name in enumerate(names)}
        firsts = [name[0] for name in names]
        edges = [firsts.index(group) for group in GROUP_WEIGHTS if group in firsts]
        self._edges = [*edges, len(names)]
        self._weights = [weight for group, weight in GROUP_WEIGHTS.items() if group in firsts]
        self._reader = PieceReader(self._rows_of_piece)

    def _rows_of_piece(self, normal: str, words: Sequence[str]) -> tuple[int, ...]:
        rows = self._rows
        return tuple(rows[name] for name in piece_names(normal, words) if name in rows)

    def see(self, mail: MailText) -> Seen:
        subject, newest = self._reader.read(mail.subject), self._reader.read(mail.newest_text)
        known = self._rows
        rows: list[int] = []
        owners: list[int] = []
        for number, piece in enumerate((*subject, *newest)):
            rows += piece.form.rows
            owners += [number] * len(piece.form.rows)
        for name, owner in placed_names(mail, subject, newest):
            row = known.get(name)
            if row is not None:
                rows.append(row)
                owners.append(owner)
        every = np.array(rows, dtype=np.int64)
        distinct, counts = np.unique(every, return_counts=True)
        return Seen(subject, newest, every, np.array(owners, dtype=np.int64), distinct, counts)

    def vector(self, seen: Seen) -> Vector:
        rows, counts = seen.distinct, seen.counts
        values = ((1.0 + np.log(counts)) * self.idf.take(rows)).astype(np.float32)
        bounds = np.searchsorted(rows, self._edges)
        for weight, first, last in zip(self._weights, bounds, bounds[1:], strict=False):
            length = float(np.linalg.norm(values[first:last]))
            if length > 0:
                values[first:last] *= weight / length
        return Vector(rows, counts, values)


def names_of(mail: MailText) -> Iterator[str]:
    """Every feature of a message by name, known or not: what a vocabulary is chosen from."""
    reader = PieceReader(lambda *_: ())
    subject, newest = reader.read(mail.subject), reader.read(mail.newest_text)
    for text, pieces in ((mail.subject, subject), (mail.newest_text, newest)):
        for piece in pieces:
            yield from piece_names(normal_form(text[piece.start : piece.end]), piece.form.words)
    yield from (name for name, _ in placed_names(mail, subject, newest))
