"""Texts that staff put into drafts: where they go, in which order they are offered, what they can name."""

from __future__ import annotations

import pytest

from bot.desk.canned_text import LANGUAGES, VALUES, CannedText, in_language_first, value_named, with_text
from bot.desk.reply_language import WORDINGS
from bot.desk.reply_values import reply_values
from tests.unit.rendering.examples import CATALOG, NOW, OFFICE, make_inquiry, make_known, make_verdict, rich_inquiry


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Hello,\n\nbody.\n\nRegards,\nNorthgate", "Hello,\n\nbody.\n\nText.\n\nRegards,\nNorthgate"),
        ("Regards", "Text.\n\nRegards"),
        ("", "Text."),
    ],
)
def test_a_text_goes_before_the_sign_off(body: str, wanted: str) -> None:
    assert with_text(body, "Text.") == wanted


def test_texts_in_the_language_of_the_draft_come_first() -> None:
    texts = [CannedText(n, name, spoken, "x", "kim", is_shared=False) for n, (name, spoken) in enumerate(_OFFERED)]
    assert [one.name for one in in_language_first(texts, "de")] == ["anfang", "Zeit", "beginning", "End"]


_OFFERED = [("End", "en"), ("Zeit", "de"), ("beginning", "en"), ("anfang", "de")]


def test_every_value_that_the_page_offers_is_known_of_some_item() -> None:
    several = make_inquiry(make_verdict(amount=["1.00", "2.00"]), make_known())
    asked = [(inquiry, slug) for inquiry in (rich_inquiry(), several) for slug in CATALOG]
    known = {name for one, slug in asked for name in reply_values(one, CATALOG[slug], None, OFFICE, "en", NOW)}
    assert set(VALUES) - known == set()


def test_texts_are_written_in_the_languages_of_the_letters() -> None:
    assert set(LANGUAGES) == set(WORDINGS)


def test_a_gap_names_a_value_in_words() -> None:
    assert value_named(" Invoice  number") == "invoice_number"
