"""Text to the word pieces that the encoder reads: BERT's uncased vocabulary, numbers by kind instead of by value."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from classifiers.tokens import PIECE_LIMIT, TEXT_LIMIT
from classifiers.verdict import MailText

VOCABULARY_FILE = "wordpieces.txt"
TOKENS_AT_MOST = 128
SUBJECT_TOKENS = 40
ATTACHMENT_TOKENS = 24
PIECE_LENGTH = 40
PIECES_REMEMBERED = 20_000
UNKNOWN, START, END = 100, 101, 102
NOWHERE = -1

MONEY = re.compile(r"[$€£]\d[\d.,]*k?|(?<![\w.,])\d{1,3}(?:[.,]\d{3}){0,4}[.,]\d\d(?![\w])")
CHUNK = re.compile(r"[\w/\-]{4,}")
DATE = re.compile(r"\d{1,2}[/\-]\d{1,2}(?:[/\-]\d{2,4})?|\d{4}-\d\d-\d\d")
YEAR = re.compile(r"(?:19|20)\d\d")
TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
NAME_PARTS = re.compile(r"[_\-.]+")


class Tokens(NamedTuple):
    """`ids` as the encoder takes them, and for each the number of the piece it was cut from, or NOWHERE.

    Pieces are counted through subject and newest text as `tokens.read_pieces` counts them.
    """

    ids: list[int]
    pieces: list[int]


def plain(piece: str) -> str:
    """Lower case, no accents; which number it is says nothing of the category, what kind of number may."""
    lowered = piece[:PIECE_LENGTH].lower().replace("’", "'")
    if not lowered.isascii():
        apart = unicodedata.normalize("NFD", lowered)
        lowered = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    if lowered.isalpha():
        return lowered
    if "@" in lowered:
        return "mail address"
    if lowered.startswith(("http", "www.")):
        return "link"
    return CHUNK.sub(_kind, MONEY.sub(" $ 100 ", lowered))


def _kind(match: re.Match[str]) -> str:
    chunk = match.group()
    if not any(letter.isdigit() for letter in chunk):
        return chunk
    if YEAR.fullmatch(chunk):
        return " 2026 "
    return " date " if DATE.fullmatch(chunk) else " 1000 "


class WordPieces:
    """Cuts mail as the encoder was trained to read it. What it remembers is bounded."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids: Mapping[str, int] = {piece: number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, tuple[int, ...]] = {}

    @classmethod
    def load(cls, folder: Path) -> "WordPieces":
        return cls((folder / VOCABULARY_FILE).read_text(encoding="utf-8").split("\n"))

    def read(self, mail: MailText) -> Tokens:
        tokens, places = [START, *self._tokens(f"{mail.side} :")], [NOWHERE] * 3
        after_subject = self._add(mail.subject, 0, SUBJECT_TOKENS, (tokens, places))
        tokens.append(END)
        places.append(NOWHERE)
        names = self._tokens(NAME_PARTS.sub(" ", " ".join(mail.attachments[:3])))[:ATTACHMENT_TOKENS]
        room = TOKENS_AT_MOST - len(tokens) - (len(names) + 1 if names else 0) - 1
        self._add(mail.newest_text, after_subject, room, (tokens, places))
        if names:
            tokens += [END, *names]
            places += [NOWHERE] * (len(names) + 1)
        return Tokens([*tokens, END], [*places, NOWHERE])

    def _add(self, text: str, first: int, room: int, into: tuple[list[int], list[int]]) -> int:
        """Adds the tokens of a text as far as there is room; answers the number of the piece after it."""
        tokens, places = into
        pieces = text[:TEXT_LIMIT].split()[:PIECE_LIMIT]
        for number, piece in enumerate(pieces, first):
            if room <= 0:
                break
            cut = self.cut(piece)[:room]
            tokens.extend(cut)
            places.extend([number] * len(cut))
            room -= len(cut)
        return first + len(pieces)

    def _tokens(self, text: str) -> list[int]:
        return [token for piece in text.split() for token in self.cut(piece)]

    def cut(self, piece: str) -> tuple[int, ...]:
        known = self._known.get(piece)
        if known is None:
            known = tuple(token for word in TOKEN.findall(plain(piece)) for token in self._pieces(word))
            if len(self._known) >= PIECES_REMEMBERED:
                self._known.clear()
            if len(piece) <= PIECE_LENGTH:
                self._known[piece] = known
        return known

    def _pieces(self, word: str) -> list[int]:
        """Longest match first, as BERT cuts."""
        found: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            while end > start and (("##" if start else "") + word[start:end]) not in self._ids:
                end -= 1
            if end == start:
                return [UNKNOWN]
            found.append(self._ids[("##" if start else "") + word[start:end]])
            start = end
        return found
