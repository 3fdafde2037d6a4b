"""Text to pieces (what stands between blanks), with their offsets, normal form, words and character grams."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

TEXT_LIMIT = 20_000
# After this many pieces a letter repeats itself or turns to small print.
PIECE_LIMIT = 800
PIECE_LENGTH = 32
PIECES_REMEMBERED = 20_000
SHORTEST_GRAM, LONGEST_GRAM = 3, 5

# Each of these has one way to match only, so hostile text costs no more than its length.
PIECE = re.compile(r"\S+")
MONEY = re.compile(r"[$€£][\d.,]*\d[kK]?")
CHUNK = re.compile(r"[\w/\-]+")
DIGITS = re.compile(r"\d+")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|0|[$?!%#]")


STEM_LENGTH = 6
SENTENCE_ENDS = (".", "!", "?", '."', ".)", "?)", "!)")
_SMALL = (
    "a an the to of and in on for it is was that this i we you our your with at as be are by from or my me us so if"
    " have has had which will"
)
UNTELLING = frozenset(_SMALL.split())


class Known(NamedTuple):
    """What a vocabulary knows of a piece wherever it stands. Packed numbers: those of a message are joined in one step.

    `rows` of the piece itself, `subject_rows` where it stands in a subject, the numbers of its `words` and `stems`.
    """

    rows: bytes
    subject_rows: bytes
    words: bytes
    stems: bytes


UNKNOWN = Known(b"", b"", b"", b"")


class Form(NamedTuple):
    """A piece wherever it stands: its words, the stems of the telling ones, and what the vocabulary knows of it."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    known: Known


class Piece(NamedTuple):
    start: int
    end: int
    sentence: int
    form: Form


def normal_form(piece: str) -> str:
    """Numbers identify a message, not a category: only that there is one, and of what kind, may be learned."""
    lowered = piece[:PIECE_LENGTH].lower().replace("’", "'")
    if lowered.isalpha():
        return lowered
    return DIGITS.sub("0", CHUNK.sub(_number_kind, MONEY.sub("money", lowered)))


def _number_kind(match: re.Match[str]) -> str:
    chunk = match.group()
    return "docnum" if len(chunk) >= 4 and DIGITS.search(chunk) else chunk


def words_in(normal: str) -> tuple[str, ...]:
    return tuple(WORD.findall(normal))


def character_grams(normal: str) -> Iterator[str]:
    """Pieces of a piece, so that 'reissued', 're-issue' and 'reissuing?' share what they have in common."""
    padded = f" {normal} "
    for size in range(SHORTEST_GRAM, min(LONGEST_GRAM, len(padded)) + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


class PieceReader:
    """Reads text into pieces. Mail never runs out of new words, so what it remembers is bounded."""

    def __init__(self, look_up: Callable[[str, Sequence[str], Sequence[str]], Known] = lambda *_: UNKNOWN) -> None:
        self._look_up = look_up
        self._known: dict[str, Form] = {}

    def read(self, text: str) -> list[Piece]:
        pieces: list[Piece] = []
        sentence = line_end = 0
        known = self._known
        for match in PIECE.finditer(text, 0, TEXT_LIMIT):
            if len(pieces) == PIECE_LIMIT:
                break
            start, end = match.span()
            if start > line_end >= 0:
                sentence += 1
                line_end = text.find("\n", start)
            word = match.group()
            pieces.append(Piece(start, end, sentence, known.get(word) or self._form(word)))
            sentence += word.endswith(SENTENCE_ENDS)
        return pieces

    def _form(self, text: str) -> Form:
        normal = normal_form(text)
        # Most numbers are new but look like the last one, so a form is also kept under its normal form.
        form = self._known.get(normal) or self._new_form(normal)
        self._remember(normal, form)
        if len(text) <= PIECE_LENGTH:
            self._remember(text, form)
        return form

    def _new_form(self, normal: str) -> Form:
        words = words_in(normal)
        stems = tuple(word[:STEM_LENGTH] for word in words if word not in UNTELLING)
        return Form(words, stems, self._look_up(normal, words, stems))

    def _remember(self, text: str, form: Form) -> None:
        if len(self._known) >= PIECES_REMEMBERED:
            self._known.clear()
        self._known[text] = form
