"""From a message to the sparse vector that the linear models weigh, and from a weight back to its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from classifiers.forms import Forms, Known
from classifiers.pairs import ROW, PairTable, Rows
from classifiers.tokens import (
    Pieces,
    character_grams,
    ends_sentence,
    normal_form,
    read_pieces,
    stems_of,
    words_in,
)
from classifiers.verdict import MailText

Floats = NDArray[np.float32]
Pair = tuple[str, str]

# The first letter of a feature's name tells its group; each group is brought to the length given here,
# so that a long message is not heard through its letters alone.
GROUP_WEIGHTS: Mapping[str, float] = {"c": 1.0, "k": 1.0, "m": 0.3, "s": 0.7, "w": 1.0}
REACH = 3

REPLY = re.compile(r"\s{0,9}(?:re|aw|sv)\s{0,9}:", re.IGNORECASE)
FORWARD = re.compile(r"\s{0,9}(?:fwd?|wg)\s{0,9}:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """Messages as rows of the vocabulary, in the order of the messages.

    `rows` of message n go from bounds[n] to bounds[n + 1]. Each has its owner: the number of the piece that it was seen
    at, counted through all messages, or -1 for the envelope. `firsts` is the number of the first piece of each part,
    subject and newest text of each message in turn, and the end. Pieces of one sentence are of one stretch.
    """

    rows: Rows
    owners: Rows
    bounds: Rows
    firsts: Rows
    stretches: Rows


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sparse vectors one after the other: that of message n goes from bounds[n] to bounds[n + 1].

    `counts` tells how often each row was seen, `places` the place in the vectors of each row of `Seen`.
    """

    rows: Rows
    counts: Rows
    values: Floats
    bounds: Rows
    places: Rows


def piece_names(normal: str, words: Sequence[str]) -> Iterator[str]:
    """What a piece adds wherever it stands."""
    yield from ("c" + gram for gram in character_grams(normal))
    yield from ("w" + word for word in words)


def companions(sentence: Sequence[str]) -> Iterator[Pair]:
    """Pairs of telling words of one sentence with up to two others between: 'paid … twice' however it is put."""
    stems = [stem for piece in sentence for stem in stems_of(words_in(normal_form(piece)))]
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
        groups = list(GROUP_WEIGHTS)
        self._groups = np.array([groups.index(name[0]) for name in names], np.int8)
        self._weights = np.array(list(GROUP_WEIGHTS.values()))
        self._forms = Forms(self._look_up)
        self._lock = Lock()

    def _look_up(self, normal: str) -> Known:
        words = words_in(normal)
        return Known(
            self._known_rows(piece_names(normal, words)),
            self._known_rows("s" + word for word in words),
            [self._pairs.number(word) for word in words],
            [self._pairs.number(stem) for stem in stems_of(words)],
        )

    def _known_rows(self, names: Iterable[str]) -> list[int]:
        rows = self._rows
        return [rows[name] for name in names if name in rows]

    def see(self, mails: Sequence[MailText]) -> Seen:
        """Many at once: most of the arithmetic costs the same for one message as for fifty."""
        pieces = read_pieces([text for mail in mails for text in (mail.subject, mail.newest_text)])
        firsts = np.zeros(len(pieces.texts) + 1, ROW)
        np.cumsum(pieces.texts, out=firsts[1:])
        of_mail = np.repeat(np.arange(len(mails), dtype=ROW), np.diff(firsts[::2]))
        # Even parts are subjects, odd ones newest texts.
        in_subject = np.repeat(np.arange(len(pieces.texts)) % 2 == 0, pieces.texts)
        with self._lock:
            found, stretches = self._found(pieces, of_mail, in_subject)
        circumstantial = [self._known_rows(circumstances(mail)) for mail in mails]
        envelopes = np.repeat(np.arange(len(mails), dtype=ROW), [len(rows) for rows in circumstantial])
        owners = np.concatenate([*(whose for _, whose in found), np.full(len(envelopes), -1, ROW)])
        rows = np.concatenate([*(rows for rows, _ in found), np.array([*chain(*circumstantial)], ROW)])
        whole = np.concatenate([of_mail.take(owners[: len(owners) - len(envelopes)]), envelopes])
        # Small numbers are put in order by counting them.
        order = np.argsort(whole.astype(np.min_scalar_type(len(mails))), kind="stable")
        bounds = np.concatenate([[0], np.cumsum(np.bincount(whole, minlength=len(mails)))]).astype(ROW)
        return Seen(rows.take(order), owners.take(order), bounds, firsts, stretches)

    def _found(
        self, pieces: Pieces, of_mail: Rows, in_subject: NDArray[np.bool_]
    ) -> tuple[list[tuple[Rows, Rows]], Rows]:
        """The rows of all pieces and pairs with their owners, and the stretches."""
        forms, pairs = self._forms, self._pairs
        numbers = forms.numbers(pieces.words)
        subjects = np.flatnonzero(in_subject)
        subject_rows, at_subject = forms.subject_rows.take(numbers.take(subjects))
        ends = forms.ends(numbers)
        stretches = np.repeat(np.arange(len(pieces.lines), dtype=ROW), pieces.lines) + np.cumsum(ends, dtype=ROW) - ends
        words, at_words = forms.words.take(numbers)
        stems, at_stems = forms.stems.take(numbers)
        subject_words = in_subject.take(at_words)
        found = [
            forms.rows.take(numbers),
            (subject_rows, subjects.take(at_subject).astype(ROW)),
            pairs.find("w", words, at_words, 1, of_mail),
            pairs.find("s", words[subject_words], at_words[subject_words], 1, of_mail),
            *(pairs.find("k", stems, at_stems, reach, stretches) for reach in range(1, REACH + 1)),
        ]
        return found, stretches

    def vectors(self, seen: Seen) -> Vectors:
        kept, counts, places = _counted(seen, len(self.names))
        rows = seen.rows.take(kept)
        bounds = np.searchsorted(kept, seen.bounds).astype(ROW)
        values = (1.0 + np.log(counts, dtype=np.float32)) * self.idf.take(rows)
        mails = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        groups = mails * len(self._weights) + self._groups.take(rows)
        lengths = np.sqrt(np.bincount(groups, values * values, (len(bounds) - 1) * len(self._weights)))
        wanted = np.tile(self._weights, len(bounds) - 1)
        scales = np.divide(wanted, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        return Vectors(rows, counts, values * scales.astype(np.float32).take(groups), bounds, places)


def _counted(seen: Seen, width: int) -> tuple[Rows, Rows, Rows]:
    """Which rows to keep so that each message has each row once, how often it had it, and where each row has gone.

    Sorting would do the same and takes five times as long.
    """
    numbers = np.arange(len(seen.rows), dtype=ROW)
    lasts = np.empty(width, ROW)
    stand_in = np.empty_like(numbers)
    for first, end in pairwise(seen.bounds.tolist()):
        rows = seen.rows[first:end]
        lasts[rows] = numbers[first:end]
        stand_in[first:end] = lasts.take(rows)
    counts = np.bincount(stand_in, minlength=len(numbers)).astype(ROW)
    kept = np.flatnonzero(counts).astype(ROW)
    places = np.cumsum(counts > 0, dtype=ROW) - 1
    return kept, counts.take(kept), places.take(stand_in)


def names_of(mail: MailText) -> Iterator[str]:
    """Every feature of a message by name, known or not: what a vocabulary is chosen from."""
    subject, newest = words_of(mail.subject), words_of(mail.newest_text)
    for text in (mail.subject, mail.newest_text):
        for sentence in sentences_in(text):
            for piece in sentence:
                normal = normal_form(piece)
                yield from piece_names(normal, words_in(normal))
            yield from (f"k{first} {second}" for first, second in companions(sentence))
    yield from (f"w{first} {second}" for first, second in pairwise([*subject, *newest]))
    yield from (f"s{first} {second}" for first, second in pairwise(subject))
    yield from ("s" + word for word in subject)
    yield from circumstances(mail)


def words_of(text: str) -> list[str]:
    return [word for sentence in sentences_in(text) for piece in sentence for word in words_in(normal_form(piece))]


def sentences_in(text: str) -> Iterator[list[str]]:
    """The pieces of each sentence. A line's end ends it too."""
    pieces = read_pieces([text])
    words = iter(pieces.words)
    for length in pieces.lines:
        sentence: list[str] = []
        for piece in islice(words, length):
            sentence.append(piece)
            if ends_sentence(piece):
                yield sentence
                sentence = []
        if sentence:
            yield sentence
