"""Features by name, as a vocabulary is chosen from them, and as rows, as messages are sorted by them."""

from collections import Counter

import numpy as np

from classifiers.features import Vocabulary, names_of
from classifiers.verdict import MailText

MAILS = (
    MailText(
        "Re: Invoice 4711 paid twice", "We paid it twice. Please refund us!\n\nThe refund of $20 is late.\nThanks"
    ),
    MailText("", ""),
    MailText("Invoice", "paid twice", attachments=("a.pdf",)),
    MailText("twice", "paid. It was paid, and paid, and paid again", side="inside"),
)


def test_rows_are_those_of_the_names() -> None:
    names = sorted({name for mail in MAILS for name in names_of(mail)})
    known = names[::2]
    vocabulary = Vocabulary(known, np.ones(len(known), dtype=np.float32))

    seen = vocabulary.see(MAILS)

    for mail, first, end in zip(MAILS, seen.bounds, seen.bounds[1:], strict=False):
        wanted = Counter(name for name in names_of(mail) if name in known)
        assert Counter(known[row] for row in seen.rows[first:end]) == wanted


def test_a_row_is_counted_once_for_each_message_that_has_it() -> None:
    names = sorted({name for mail in MAILS for name in names_of(mail)})
    vocabulary = Vocabulary(names, np.ones(len(names), dtype=np.float32))
    seen = vocabulary.see(MAILS)

    vectors = vocabulary.vectors(seen)

    for number in range(len(MAILS)):
        own = slice(vectors.bounds[number], vectors.bounds[number + 1])
        there = Counter(seen.rows[seen.bounds[number] : seen.bounds[number + 1]].tolist())
        assert dict(zip(vectors.rows[own].tolist(), vectors.counts[own].tolist(), strict=True)) == there
    assert vectors.rows.take(vectors.places).tolist() == seen.rows.tolist()


def test_a_message_is_seen_the_same_alone_and_among_others() -> None:
    names = sorted({name for mail in MAILS for name in names_of(mail)})
    vocabulary = Vocabulary(names, np.ones(len(names), dtype=np.float32))

    among = vocabulary.vectors(vocabulary.see(MAILS))

    for number, mail in enumerate(MAILS):
        alone = vocabulary.vectors(vocabulary.see([mail]))
        own = slice(among.bounds[number], among.bounds[number + 1])
        assert alone.rows.tolist() == among.rows[own].tolist()
        assert np.allclose(alone.values, among.values[own])
