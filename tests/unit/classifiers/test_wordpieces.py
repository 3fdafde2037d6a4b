"""Word pieces are cut as the encoder was taught to read, and each knows which word of the message it came from."""

import pytest

from classifiers.encoder import ENCODER
from classifiers.examples_file import Example
from classifiers.tokens import read_pieces
from classifiers.verdict import MailText
from classifiers.wordpieces import END, NOWHERE, PIECES_REMEMBERED, START, TOKENS_AT_MOST, WordPieces, plain


@pytest.fixture(scope="module")
def words() -> WordPieces:
    return WordPieces.load(ENCODER)


def test_a_word_that_is_not_known_is_cut_into_the_longest_pieces_that_are(words: WordPieces) -> None:
    assert [words.cut("Invoice"), words.cut("bill")] == [(1999, 6767, 6610), (3021,)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("S7715093", " 1000 "),
        ("$1,204.35", " $ 100 "),
        ("1.204,35", " $ 100 "),
        ("2026-03-05", " date "),
        ("3/14/26,", " date ,"),
        ("2026", " 2026 "),
        ("12", "12"),
        ("ap@northgate.example", "mail address"),
        ("https://pay.example/x?y=1", "link"),
        ("Señora", "senora"),
    ],
)
def test_of_a_number_only_its_kind_is_read(written: str, read: str) -> None:
    assert plain(written) == read


def test_every_token_points_at_the_word_that_it_was_cut_from(words: WordPieces, examples: list[Example]) -> None:
    for example in examples[::25]:
        read = words.read(example.mail)
        pieces = read_pieces([example.mail.subject, example.mail.newest_text]).words
        for number in set(read.pieces) - {NOWHERE}:
            own = [token for token, piece in zip(read.ids, read.pieces, strict=True) if piece == number]
            cut = words.cut(pieces[number])
            assert tuple(own) == cut[: len(own)]


def test_no_message_is_longer_than_the_encoder_reads(words: WordPieces) -> None:
    endless = "word " * 100_000

    read = words.read(MailText(endless, endless, attachments=(endless,) * 9))

    assert len(read.ids) == len(read.pieces) <= TOKENS_AT_MOST
    assert (read.ids[0], read.ids[-1]) == (START, END)


def test_the_newest_text_is_read_however_long_the_subject_is(words: WordPieces) -> None:
    read = words.read(MailText("subject " * 200, "please refund"))

    assert read.pieces[-2] == 201


def test_what_is_remembered_of_words_is_bounded(words: WordPieces) -> None:
    for number in range(PIECES_REMEMBERED + 10):
        words.cut(f"x{number}")

    assert len(words._known) <= PIECES_REMEMBERED  # noqa: SLF001 (nothing else shows it)
