"""Canned texts: written once, put into many drafts with the item's own values."""

from __future__ import annotations

import pytest

from tests.web.room import Room, make_letter

_TEXT = {
    "name": "Where to send it",
    "language": "en",
    "body": "Thank you for [[invoice number]].\n\nWe ask [[a colleague]].",
}


def _write(room: Room, **changes: str) -> None:
    answer = room.post("/texts", **(_TEXT | changes))
    assert answer.headers["location"] == "/texts?done=text_saved"


def _insert(room: Room, number: str, text_id: int = 1) -> str:
    form = room.draft_form(number) | {"text_id": str(text_id)}
    answer = room.post(f"/drafts/{room.draft_id(number)}/insert", **form)
    assert answer.status_code == 200
    return answer.text


def test_a_text_goes_before_the_sign_off_with_what_is_known_and_gaps_for_what_is_not(room: Room) -> None:
    number = room.arrive(make_letter())
    _write(room)
    body = _insert(room, number).split('<textarea id="body"')[1].split("</textarea>")[0]
    assert "Thank you for INV-1001.\n\nWe ask [[a colleague]].\n\nRegards,\nCredit Department, Northgate" in body
    # Nothing is stored until the person saves it.
    assert room.desk.queries.drafts()[0].draft.version == 1
    answer = room.client.get(f"/drafts/{room.draft_id(number)}/texts/1")
    assert answer.json() == {"text": "Thank you for INV-1001.\n\nWe ask [[a colleague]]."}


def test_nothing_in_a_text_is_ever_evaluated(room: Room) -> None:
    number = room.arrive(make_letter())
    _write(room, body="{{ company }} {% for x in y %} {{ 7 * 7 }} [[company]]")
    answer = room.client.get(f"/drafts/{room.draft_id(number)}/texts/1")
    assert answer.json() == {"text": "{{ company }} {% for x in y %} {{ 7 * 7 }} Northgate"}


def test_a_text_goes_into_a_draft_for_mail_that_nobody_sorted(room: Room) -> None:
    number = room.arrive(make_letter("What is INV-1001 about?", "Hello"))
    room.post(f"/items/{number}/reply")
    _write(room)
    assert "Thank you for INV-1001." in _insert(room, number)


def test_a_text_of_mine_is_nobody_elses_and_a_shared_one_is_everybodys(room: Room) -> None:
    number = room.arrive(make_letter())
    _write(room, name="Mine")
    _write(room, name="Ours", shared="yes")
    room.add_person("bob", "reviewer")
    room.log_in("bob")
    page = room.client.get("/texts").text
    assert "Ours" in page
    assert "Mine" not in page
    draft_id = room.draft_id(number)
    assert room.client.get(f"/drafts/{draft_id}/texts/1").status_code == 404
    assert room.client.get(f"/drafts/{draft_id}/texts/2").status_code == 200
    # Whoever neither wrote it nor keeps shared things changes nothing.
    for path in ("/texts", "/texts/remove"):
        assert room.post(path, text_id="2", **_TEXT).status_code in (403, 422)
    assert "Ours" in room.client.get("/texts").text


def test_a_manager_mends_what_somebody_shared(room: Room) -> None:
    _write(room, shared="yes")
    room.add_person("mia", "manager")
    room.log_in("mia")
    room.post("/texts", **(_TEXT | {"text_id": "1", "body": "Better.", "shared": "yes"}))
    with room.desk.store.look() as uow:
        assert (uow.texts.get(1).body, uow.texts.get(1).owner) == ("Better.", "ann")


def test_every_change_of_a_text_is_on_record_and_beside_it(room: Room) -> None:
    _write(room, body="First words.")
    room.post("/texts", **(_TEXT | {"text_id": "1", "body": "Second words."}))
    entries = room.desk.queries.record("text:1")
    assert [(one.who, one.what) for one in entries] == [("ann", "changed_text"), ("ann", "wrote_text")]
    assert (entries[0].before["text"], entries[0].after["text"]) == ("First words.", "Second words.")
    assert "First words." in room.client.get("/texts?edit=1").text


def test_a_text_that_was_taken_away_comes_back_by_undo(room: Room) -> None:
    _write(room)
    answer = room.post("/texts/remove", text_id="1")
    assert answer.headers["location"] == "/texts?done=text_removed&undo=text%3A1"
    assert "Where to send it" not in room.client.get("/texts").text
    assert room.post("/undo", what="text:1").headers["location"] == "/texts?done=brought_back"
    assert "Where to send it" in room.client.get("/texts").text
    assert room.post("/undo", what="text:1").status_code == 422


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "give it a name"),
        ({"name": "x" * 61}, "more than 60 letters"),
        ({"body": "  "}, "the text is empty"),
        ({"body": "x" * 4001}, "4000 are the most"),
        ({"language": "tlh"}, "no language of our letters"),
    ],
)
def test_what_makes_no_text_is_refused_and_stays_in_the_form(room: Room, changes: dict[str, str], says: str) -> None:
    answer = room.post("/texts", **(_TEXT | changes))
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{(_TEXT | changes)["name"]}"' in answer.text
    assert room.desk.queries.record("text:1") == []
