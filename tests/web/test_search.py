"""The search box and the page of an account."""

from __future__ import annotations

import re

import pytest

from bot.jobs.work import fill_search_all, sweep_all
from tests.web.room import Room, make_letter


@pytest.fixture
def filled(room: Room) -> Room:
    room.arrive(make_letter("Hello, we were charged twice for INV-1001. Please refund <b>us</b>."))
    room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@harlow.example>"))
    sweep_all(room.desk)
    fill_search_all(room.desk)
    return room


def _search(room: Room, asked: str) -> str:
    return room.client.get("/search", params={"q": asked}).text


def test_a_message_is_shown_with_its_item_and_the_words_marked(filled: Room) -> None:
    page = _search(filled, "charged 1001")
    assert re.search(r'<a class="cover" href="/items/CD-1001">', page)
    assert '<mark data-kind="evidence">charged</mark>' in page
    assert '<mark data-kind="evidence">INV-1001.</mark>' in page
    assert "&lt;b&gt;us" in page
    assert "CD-1002" not in page


@pytest.mark.parametrize("asked", ["1001", "inv1001", "0001001", "PO-77", "77 1001"])
def test_an_invoice_is_found_by_its_number_or_its_po(filled: Room, asked: str) -> None:
    assert "Invoice <b>INV-1001</b>" in _search(filled, asked)


def test_an_account_is_found_by_name_number_and_domain(filled: Room) -> None:
    for asked in ("brightwater", "c-100", "Supply bright", "brightwater.example"):
        assert "/customer?number=C-100" in _search(filled, asked), asked


def test_digits_alone_may_mean_an_item(filled: Room) -> None:
    assert '<a class="cover-link" href="/items/CD-1002">' in _search(filled, "1002")
    assert filled.client.get("/search", params={"q": "CD-77777"}).headers["location"] == "/items/CD-77777"


def test_nothing_found_says_what_to_do(filled: Room) -> None:
    page = _search(filled, "zebra")
    assert "Nothing was found" in page
    assert "Try fewer words" in page
    assert "Not understood:</b> before" in _search(filled, "before:soon")


def test_the_page_of_an_account_holds_what_one_needs(filled: Room) -> None:
    page = filled.client.get("/customer", params={"number": "C-100"}).text
    for shown in ("Brightwater Supply", "Net 30", "CD-1001", "INV-1001", "$1,250.00", "ap@brightwater.example"):
        assert shown in page
    assert "of a domain of the account" in page
    assert "CD-1002" not in page
    assert '<a href="/customer?number=C-100"' in filled.client.get("/items/CD-1001").text


def test_an_account_that_is_not_there_is_a_page_in_words(filled: Room) -> None:
    answer = filled.client.get("/customer", params={"number": "C-999"})
    assert answer.status_code == 404
    assert "here is no account C-999" in answer.text


def test_who_works_in_other_queues_finds_neither_mail_nor_account(filled: Room) -> None:
    with filled.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"tax-exempt"})
        uow.commit()
    page = _search(filled, "charged 1001")
    assert "CD-1001" not in page
    assert "INV-1001</b>" not in page
    assert "/customer" not in _search(filled, "brightwater")
    assert filled.client.get("/customer", params={"number": "C-100"}).status_code == 404
