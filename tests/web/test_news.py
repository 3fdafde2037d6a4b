"""New work and colleagues, told to a page that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.room import Room, make_letter


def _news(room: Room, query: str) -> object:
    return room.client.get(f"/news?{query}").json()


def test_a_list_is_told_how_many_of_its_items_got_mail(room: Room) -> None:
    room.arrive(make_letter())
    assert 'data-news="/news?seen=1&amp;list=category%3Drefund"' in room.client.get("/?category=refund").text
    room.arrive(make_letter("We were charged twice again.", "Another", "Bo <bo@harlow.example>"))
    room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@harlow.example>"))
    assert _news(room, "seen=1&list=category%3Drefund") == {"told": "1 new"}
    assert _news(room, "seen=1") == {"told": "2 new"}
    assert _news(room, "seen=3") == {"told": ""}


def test_news_of_other_queues_are_none(room: Room) -> None:
    room.arrive(make_letter())
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"tax-exempt"})
        uow.commit()
    assert _news(room, "seen=0") == {"told": ""}


@pytest.fixture
def two(room: Room) -> Room:
    """Bea looks at CD-1001, and Ann is at the page."""
    room.arrive(make_letter())
    room.add_person("bea", "reviewer")
    room.log_in("bea")
    assert room.post("/items/CD-1001/presence", doing="looking").json()["told"] == ""
    room.log_in("ann")
    return room


def test_who_else_looks_or_writes_is_told(two: Room) -> None:
    assert two.post("/items/CD-1001/presence", doing="looking").json()["told"] == "bea looks at this too"
    two.log_in("bea")
    assert two.post("/items/CD-1001/presence", doing="writing").json()["told"] == "ann looks at this too"
    two.log_in("ann")
    assert two.post("/items/CD-1001/presence", doing="writing").json()["told"] == "bea writes here too"


def test_who_left_or_is_silent_is_gone(two: Room) -> None:
    two.clock.pass_by(timedelta(minutes=1))
    assert two.post("/items/CD-1001/presence", doing="looking").json()["told"] == ""
    two.log_in("bea")
    assert two.post("/items/CD-1001/presence", doing="looking").json()["told"] == "ann looks at this too"
    two.log_in("ann")
    two.post("/items/CD-1001/presence", doing="leaving")
    two.log_in("bea")
    assert two.post("/items/CD-1001/presence", doing="looking").json()["told"] == ""


def test_newer_mail_in_the_conversation_is_told(room: Room) -> None:
    room.arrive(make_letter())
    room.arrive(make_letter("We were charged twice, I say.", "Re: Duplicate payment [CD-1001]"))
    answer = room.post("/items/CD-1001/presence", doing="looking", seen="1").json()
    assert answer["fresh"] == "1 new message in this conversation"
    assert room.post("/items/CD-1001/presence", doing="looking", seen="2").json()["fresh"] == ""


def test_nothing_of_it_is_on_record(two: Room) -> None:
    assert "presence" not in str(two.desk.queries.record("CD-1001"))


def test_a_page_that_asks_by_itself_keeps_nobody_logged_in(room: Room) -> None:
    room.arrive(make_letter())
    minutes = room.desk.settings.web.unused_minutes
    csrf = room.csrf()
    for _ in range(4):
        room.clock.pass_by(timedelta(minutes=minutes / 3))
        room.client.get("/news?seen=1")
        room.client.post("/items/CD-1001/presence", data={"csrf": csrf, "doing": "looking"})
    assert room.client.get("/").status_code == 303
