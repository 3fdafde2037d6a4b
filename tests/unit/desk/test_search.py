"""What a text is found by, and what a person's words ask for."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.excerpt import excerpt
from bot.desk.search_query import Sought, Term, read_search
from bot.desk.search_words import words_in


def _finds(asked: str, text: str) -> bool:
    there = set(words_in(text))
    return all(any(term.word in there for term in group) for group in read_search(asked).groups)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("INV-1001", "about INV-0001001."),
        ("inv1001", "about INV-1001"),
        ("1001", "about INV-1001"),
        ("0001001", "INV 1001"),
        ("INV-1001", "our invoice 1001, please"),
        ("450012345", "PO 4500-12345"),
        ("4500-12345", "PO450012345"),
        ("1,204.50", "the sum of $1204.50"),
        ("1003", "invoices 1001-1003"),
        ("invoices", "the invoice"),
        ("EXEMPT certificate", "tax-exempt certificates"),
        ("resume", "my résumé"),
        ("brightwater", "ap@brightwater.example"),
        ("Straße", "STRASSE"),
    ],
)
def test_words_and_numbers_are_found_however_they_are_written(asked: str, text: str) -> None:
    assert _finds(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [("INV-1001", "about PO-1001"), ("1001", "about INV-10010"), ("refund invoice", "a refund"), ("art", "article")],
)
def test_others_are_not(asked: str, text: str) -> None:
    assert not _finds(asked, text)


def test_what_is_covered_is_not_found_and_what_follows_is() -> None:
    found = set(words_in("Card 4111 1111 1111 1111 please, and •••• 9876 too"))
    assert found == {"card", "please", "and", "too"}


def test_filters_stand_anywhere_among_words() -> None:
    sought = read_search('refund customer:"Brightwater Supply" state:OPEN before:2026-11-24 category:tax-exempt')
    assert sought.groups == ((Term("refund"),),)
    assert (sought.customer, sought.state, sought.category) == ("Brightwater Supply", "open", "tax_exempt")
    assert sought.before == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("amount:>1000", 100000, None),
        ("amount:<500.50", 0, 50050),
        ("amount:1,000-2,000", 100000, 200000),
    ],
)
def test_a_span_of_amounts(asked: str, least: int, most: int | None) -> None:
    sought = read_search(asked)
    assert (sought.least_cents, sought.most_cents) == (least, most)


@pytest.mark.parametrize("asked", ["before:yesterday", "after:11/24", "amount:much", "amount:>1.2.3"])
def test_what_is_not_understood_is_told(asked: str) -> None:
    sought = read_search(asked)
    assert len(sought.told) == 1
    assert sought.groups == ()


def test_what_is_no_filter_is_looked_for_as_words() -> None:
    assert read_search("re: hello x:y").groups == ((Term("re"),), (Term("hello"),), (Term("x"),), (Term("y"),))
    assert read_search("certif*").groups == ((Term("certif", is_begin=True),),)
    assert read_search(' "" * :: \x00').is_empty
    assert Sought().is_empty


def test_an_excerpt_shows_the_first_place_and_marks_the_words() -> None:
    pieces = excerpt("Hello. " * 50 + "We paid INV-0007 twice. " + "Bye. " * 90, ["inv-7", "paid"])
    shown = "".join(text for text, _ in pieces)
    assert [text for text, is_sought in pieces if is_sought] == ["paid", "INV-0007"]
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 300


def test_a_text_without_the_words_is_shown_from_its_beginning() -> None:
    assert excerpt("Short.", ["other"]) == [("Short.", False)]
