"""Hostile and endless mail: the work and the memory of the sorter stay bounded."""

import pytest

from classifiers.facts import facts_in
from classifiers.forms import PIECES_REMEMBERED, Forms, Known
from classifiers.number_model import NumberModel
from classifiers.sorter import MODEL, Sorter
from classifiers.tokens import PIECE_LIMIT, TEXT_LIMIT, read_pieces
from classifiers.verdict import MailText

MILLION = 1_000_000
HOSTILE = {
    "digits": "1" * MILLION,
    "blanks": " " * MILLION,
    "dashes": "-" * MILLION,
    "po": "PO " * (MILLION // 3),
    "numbers": "PO 4500123, " * (MILLION // 12),
    "amounts": "$1,1" * (MILLION // 4),
    "dots": "1." * (MILLION // 2),
    "commas": "1,111" * (MILLION // 5),
    "states": "IN, OR " * (MILLION // 7),
    "lines": "\n1" * (MILLION // 2),
    "brackets": "[1(" * (MILLION // 3),
    "letters": "a" * MILLION,
    "joints": "a-1/" * (MILLION // 4),
    "nothing": "\0" * MILLION,
    "surrogates": "\ud800 " * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gets_a_verdict_that_points_into_what_was_read(sorter: Sorter, name: str) -> None:
    text = HOSTILE[name]

    verdict = sorter.sort(MailText(subject=text, newest_text=text, quoted_text=text, attachments=(text,) * 100))

    assert all(fact.end <= TEXT_LIMIT for fact in verdict.facts)
    assert all(evidence.end <= TEXT_LIMIT for evidence in verdict.evidence)


@pytest.mark.parametrize("gap", [" ", "\n", " \n\n"])
def test_only_the_first_pieces_of_an_endless_text_are_read(gap: str) -> None:
    read = read_pieces(["short", f"w{gap}" * MILLION, "after"])

    assert read.texts == [1, PIECE_LIMIT, 1]
    assert sum(read.lines) == len(read.words) == PIECE_LIMIT + 2


def test_a_fact_beyond_the_limit_is_not_read() -> None:
    late = MailText(subject="", newest_text=" " * TEXT_LIMIT + "invoice 7704118")

    assert facts_in(late, "dispute", NumberModel.load(MODEL / "facts"))[0] == ()


def test_the_string_store_does_not_grow_with_the_mail(sorter: Sorter) -> None:
    sorter.sort(MailText(subject="first", newest_text="first"))
    before = len(sorter.nlp.vocab.strings)

    for start in range(0, 5_000, 50):
        sorter.sort_many(
            [MailText(f"subject{n}", f"word{n} about invoice {n * 7919}") for n in range(start, start + 50)]
        )

    assert len(sorter.nlp.vocab.strings) == before


def test_what_is_remembered_of_words_is_bounded() -> None:
    asked = 0

    def look_up(_: str) -> Known:
        nonlocal asked
        asked += 1
        return Known()

    forms = Forms(look_up)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [a + b + c + d for a in letters for b in letters for c in letters for d in letters[:2]]
    assert len(words) > PIECES_REMEMBERED

    for word in words:
        forms.numbers([word])
    known_again = asked
    forms.numbers([words[-1]])
    forms.numbers([words[0]])

    assert asked == known_again + 1
