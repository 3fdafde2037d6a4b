"""From a message to the sparse vector that the linear models weigh, and from a weight back to its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from classifiers.pairs import ROW, PairTable, Rows, joined, pack
from classifiers.tokens import Known, Piece, PieceReader, character_grams, normal_form
from classifiers.verdict import MailText

Floats = NDArray[np.float32]
Keys = NDArray[np.int64]
Pair = tuple[str, str]

# The first letter of a feature's name tells its group; each group is brought to the length given here,
# so that a long message is not heard through its letters alone.
GROUP_WEIGHTS: Mapping[str, float] = {"c": 1.0, "k": 1.0, "m": 0.3, "s": 0.7, "w": 1.0}
REACH = 3
# No part of a message has as many sentences.
LONGEST_PART = 1_000_000

REPLY = re.compile(r"\s{0,9}(?:re|aw|sv)\s{0,9}:", re.IGNORECASE)
FORWARD = re.compile(r"\s{0,9}(?:fwd?|wg)\s{0,9}:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """Messages as rows of the vocabulary. `pieces` are those of each message: of its subject, of its newest text.

    Each occurrence has its key, which names message and row, and its owner: the number of the piece that it was seen
    at, counted through all messages, -1 for the envelope.
    """

    pieces: Sequence[tuple[Sequence[Piece], Sequence[Piece]]]
    keys: Keys
    owners: Rows


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sparse vectors one after the other: that of message n goes from bounds[n] to bounds[n + 1].

    `keys` holds each key once, in rising order, and `counts` how often it was seen.
    """

    keys: Keys
    rows: Rows
    counts: Keys
    values: Floats
    bounds: Sequence[int]


def piece_names(normal: str, words: Sequence[str]) -> Iterator[str]:
    """What a piece adds wherever it stands."""
    yield from ("c" + gram for gram in character_grams(normal))
    yield from ("w" + word for word in words)


def neighbours(pieces: Sequence[Piece]) -> Iterator[Pair]:
    words = [word for piece in pieces for word in piece.form.words]
    return pairwise(words)


def companions(pieces: Sequence[Piece]) -> Iterator[Pair]:
    """Pairs of telling words of one sentence with up to two others between: 'paid … twice' however it is put."""
    for _, sentence in groupby(pieces, lambda piece: piece.sentence):
        stems = [stem for piece in sentence for stem in piece.form.stems]
        for reach in range(1, REACH + 1):
            yield from zip(stems, stems[reach:], strict=False)


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
        self._pairs = PairTable(names)
        firsts = [name[0] for name in names]
        edges = [firsts.index(group) for group in GROUP_WEIGHTS if group in firsts]
        self._edges = edges
        self._weights = [weight for group, weight in GROUP_WEIGHTS.items() if group in firsts]
        self._reader = PieceReader(self._look_up)

    def _look_up(self, normal: str, words: Sequence[str], stems: Sequence[str]) -> Known:
        return Known(
            pack(self._known_rows(piece_names(normal, words))),
            pack(self._known_rows("s" + word for word in words)),
            pack(self._pairs.number(word) for word in words),
            pack(self._pairs.number(stem) for stem in stems),
        )

    def _known_rows(self, names: Iterable[str]) -> list[int]:
        rows = self._rows
        return [rows[name] for name in names if name in rows]

    def see(self, mails: Sequence[MailText]) -> Seen:
        """Many at once: most of the arithmetic costs the same for one message as for fifty."""
        read = [(self._reader.read(mail.subject), self._reader.read(mail.newest_text)) for mail in mails]
        pieces = [piece for both in read for part in both for piece in part]
        known = [piece.form.known for piece in pieces]
        # Even numbers are subjects, odd ones newest texts.
        parts = np.repeat(np.arange(2 * len(mails)), [len(part) for both in read for part in both])
        of_mail = parts // 2
        sentences = parts * LONGEST_PART + np.array([piece.sentence for piece in pieces], np.int64)
        in_subjects = np.flatnonzero(parts % 2 == 0)
        words, at_words = joined([one.words for one in known])
        stems, at_stems = joined([one.stems for one in known])
        subject_rows, at_subject = joined([known[number].subject_rows for number in in_subjects.tolist()])
        subject_words = parts.take(at_words) % 2 == 0
        found = [
            joined([one.rows for one in known]),
            (subject_rows, in_subjects.take(at_subject)),
            self._pairs.find("w", words, at_words, 1, of_mail),
            self._pairs.find("s", words[subject_words], at_words[subject_words], 1, of_mail),
            *(self._pairs.find("k", stems, at_stems, reach, sentences) for reach in range(1, REACH + 1)),
        ]
        circumstantial = [self._known_rows(circumstances(mail)) for mail in mails]
        envelopes = np.repeat(np.arange(len(mails)), [len(rows) for rows in circumstantial])
        owners = np.concatenate([whose for _, whose in found])
        rows = np.concatenate([*(rows for rows, _ in found), np.array([*chain(*circumstantial)], np.int64)])
        whole = np.concatenate([of_mail.take(owners), envelopes])
        outside = np.full(len(envelopes), -1, ROW)
        return Seen(read, whole * len(self.names) + rows, np.concatenate([owners, outside]).astype(ROW))

    def vectors(self, seen: Seen) -> Vectors:
        keys, counts = _counted(seen.keys)
        mails, rows = np.divmod(keys, max(1, len(self.names)))
        values = (1.0 + np.log(counts)) * self.idf.take(rows)
        groups = mails * len(self._weights) + np.searchsorted(self._edges, rows, side="right") - 1
        lengths = np.sqrt(np.bincount(groups, values * values, len(seen.pieces) * len(self._weights)))
        wanted = np.tile(self._weights, len(seen.pieces))
        scales = np.divide(wanted, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        bounds = np.searchsorted(mails, np.arange(len(seen.pieces) + 1)).tolist()
        return Vectors(keys, rows.astype(ROW), counts, (values * scales.take(groups)).astype(np.float32), bounds)


def _counted(keys: Keys) -> tuple[Keys, Keys]:
    """Each key once, in rising order, and how often it is there: np.unique without what else that can do."""
    ordered = np.sort(keys)
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(keys) - 1) if len(keys) else keys
    return ordered.take(ends), np.diff(ends, prepend=-1)


def names_of(mail: MailText) -> Iterator[str]:
    """Every feature of a message by name, known or not: what a vocabulary is chosen from."""
    reader = PieceReader()
    subject, newest = reader.read(mail.subject), reader.read(mail.newest_text)
    for text, pieces in ((mail.subject, subject), (mail.newest_text, newest)):
        for piece in pieces:
            yield from piece_names(normal_form(text[piece.start : piece.end]), piece.form.words)
        yield from (f"k{first} {second}" for first, second in companions(pieces))
    yield from (f"w{first} {second}" for first, second in neighbours([*subject, *newest]))
    yield from (f"s{first} {second}" for first, second in neighbours(subject))
    yield from ("s" + word for piece in subject for word in piece.form.words)
    yield from circumstances(mail)
