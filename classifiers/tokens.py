"""Text to pieces (what stands between blanks), their normal form, words and character grams."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

TEXT_LIMIT = 20_000
# After this many pieces a letter repeats itself or turns to small print.
PIECE_LIMIT = 800
PIECE_LENGTH = 32
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


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of many texts in one list, with the number of pieces of each text and of each line in turn."""

    words: list[str]
    texts: list[int]
    lines: list[int]


def read_pieces(texts: Sequence[str]) -> Pieces:
    """Many texts at once, as a call for each word would cost more than all that is learned from it."""
    words: list[str] = []
    of_texts: list[int] = []
    of_lines: list[int] = []
    for text in texts:
        room, first = PIECE_LIMIT, len(of_lines)
        for line in text[:TEXT_LIMIT].split("\n"):
            if found := line.split()[:room]:
                words += found
                of_lines.append(len(found))
                room -= len(found)
        if room < PIECE_LIMIT:
            # The first word is mostly 'Re:' or a greeting, and stands for itself.
            of_lines[first : first + 1] = [1, of_lines[first] - 1]
        of_texts.append(PIECE_LIMIT - room)
    return Pieces(words, of_texts, of_lines)


def places_of(text: str, count: int) -> list[tuple[int, int]]:
    """Where the first `count` pieces of a text begin and end."""
    return [match.span() for match in islice(PIECE.finditer(text, 0, TEXT_LIMIT), count)]


def ends_sentence(piece: str) -> bool:
    return piece.endswith(SENTENCE_ENDS)


def normal_form(piece: str) -> str:
    """Numbers identify a message, not a category: only that there is one, and of what kind, may be learned."""
    lowered = piece[:PIECE_LENGTH].lower().replace("’", "'")
    if lowered.isalpha():
        return lowered
    return DIGITS.sub("0", CHUNK.sub(_number_kind, MONEY.sub("money", lowered)))


def _number_kind(match: re.Match[str]) -> str:
    chunk = match.group()
    return "docnum" if len(chunk) >= 4 and DIGITS.search(chunk) else chunk


def words_in(normal: str) -> list[str]:
    return WORD.findall(normal)


def stems_of(words: Sequence[str]) -> list[str]:
    """The beginnings of the telling words."""
    return [word[:STEM_LENGTH] for word in words if word not in UNTELLING]


def character_grams(normal: str) -> Iterator[str]:
    """Pieces of a piece, so that 'reissued', 're-issue' and 'reissuing?' share what they have in common."""
    padded = f" {normal} "
    for size in range(SHORTEST_GRAM, min(LONGEST_GRAM, len(padded)) + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
