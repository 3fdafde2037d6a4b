"""The administrators' page of examples, and the form that corrects what was read."""

from __future__ import annotations

import re

from tests.web.room import Room, make_letter


def _as_administrator(room: Room) -> None:
    room.add_person("root", "administrator")
    room.log_in("root")


def test_a_correction_in_the_page_stands_among_the_examples_with_its_message(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/sort", choice="dispute/price")
    _as_administrator(room)
    page = room.client.get("/examples").text
    assert f'href="/items/{number}#message-' in page
    assert "we were charged twice for INV-1001" in page
    assert re.search(r"Refund[^<]*<span class=\"quiet\">scripted</span>", page)
    assert "Dispute" in page


def test_only_administrators_see_the_examples(room: Room) -> None:
    assert room.client.get("/examples").status_code == 403
    assert room.post("/examples/forget", message_id="1").status_code == 403
    assert ">Examples<" not in room.client.get("/").text


def test_an_administrator_deletes_an_example_once(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post(f"/items/{number}/sort", choice="dispute")
    _as_administrator(room)
    found = re.search(r'name="message_id" value="(\d+)"', room.client.get("/examples").text)
    assert found is not None
    assert room.post("/examples/forget", message_id=found[1]).status_code == 303
    assert "No example is kept." in room.client.get("/examples").text
    assert room.post("/examples/forget", message_id=found[1]).status_code == 422


def test_the_numbers_of_a_message_are_corrected_in_one_form(room: Room) -> None:
    number = room.arrive(make_letter("Hello, we were charged twice for INV-1001 and INV-2002. Please refund us."))
    page = room.client.get(f"/items/{number}").text
    assert 'name="invoices" value="INV-1001; INV-2002"' in page
    fields = {"invoices": "INV-1001", "pos": "PO-77", "amounts": "1,250.00", "states": "new york"}
    answer = room.post(f"/items/{number}/reading", **fields)
    assert answer.status_code == 303
    page = room.client.get(f"/items/{number}").text
    assert 'name="invoices" value="INV-1001"' in page
    assert 'name="amounts" value="1250.00"' in page
    assert 'name="states" value="NY"' in page


def test_what_is_no_amount_or_state_is_refused_with_its_reason(room: Room) -> None:
    number = room.arrive(make_letter())
    for fields, why in (({"amounts": "a lot"}, "is no amount"), ({"states": "Bavaria"}, "is no state")):
        answer = room.post(f"/items/{number}/reading", invoices="INV-1001", **fields)
        assert answer.status_code == 422
        assert why in answer.text
