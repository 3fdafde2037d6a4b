"""Who gets in, who does not, and where they land."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.web.attempts import FAILURES, WINDOW
from tests.web.room import PASSWORD, Room


@pytest.fixture
def stranger(room: Room) -> Room:
    """The same desk, seen by a browser that is not logged in."""
    room.client.cookies.clear()
    return room


def test_name_and_password_open_the_queues(stranger: Room) -> None:
    answer = stranger.log_in("ann")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert stranger.client.get("/").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Room) -> None:
    cookie = stranger.log_in("ann").headers.get_list("set-cookie")[-1]
    assert cookie.startswith("__Host-creditdesk=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in cookie


def test_a_wrong_password_is_told_in_words_without_saying_which_was_wrong(stranger: Room) -> None:
    known, unknown = stranger.log_in("ann", "wrong password"), stranger.log_in("nobody", "wrong password")
    assert known.status_code == unknown.status_code == 401
    assert "Name and password do not fit" in known.text
    assert stranger.client.get("/").status_code == 303


def test_after_five_wrong_passwords_even_the_right_one_waits(stranger: Room) -> None:
    for _ in range(5):
        stranger.log_in("ann", "wrong password")
    assert stranger.log_in("ann").status_code == 401
    stranger.clock.pass_by(timedelta(minutes=16))
    assert stranger.log_in("ann").status_code == 303


def test_an_address_that_tries_name_after_name_must_wait(stranger: Room) -> None:
    for number in range(FAILURES):
        assert stranger.log_in(f"name{number}", "wrong password").status_code == 401
    closed = stranger.log_in("ann")
    assert closed.status_code == 429
    assert "too many wrong tries" in closed.text
    stranger.clock.pass_by(WINDOW)
    assert stranger.log_in("ann").status_code == 303


def test_the_log_in_form_of_another_site_is_refused(stranger: Room) -> None:
    fields = {"name": "ann", "password": PASSWORD, "form_token": "", "wanted": "/"}
    assert stranger.client.post("/log-in", data=fields).status_code == 403
    fields["form_token"] = "made up"
    assert stranger.client.post("/log-in", data=fields).status_code == 403
    assert stranger.client.get("/").status_code == 303


def test_the_page_that_was_wanted_comes_after_the_log_in(stranger: Room) -> None:
    answer = stranger.client.get("/record?subject=CD-1001")
    assert answer.headers["location"] == "/log-in?next=%2Frecord%3Fsubject%3DCD-1001"
    assert 'name="wanted" value="/record?subject=CD-1001"' in stranger.client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example", "javascript:alert(1)", "/a\nb"],
)
def test_no_log_in_leads_to_another_host(stranger: Room, elsewhere: str) -> None:
    page = stranger.client.get("/log-in", params={"next": elsewhere})
    assert 'name="wanted" value="/"' in page.text
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    fields = {"name": "ann", "password": PASSWORD, "form_token": token, "wanted": elsewhere}
    assert stranger.client.post("/log-in", data=fields).headers["location"] == "/"


def test_logging_out_ends_the_session_for_good(room: Room) -> None:
    cookie = dict(room.client.cookies)
    assert room.post("/log-out").status_code == 303
    room.client.cookies.update(cookie)
    assert room.client.get("/").status_code == 303


def test_a_session_ends_by_itself(room: Room) -> None:
    room.clock.pass_by(timedelta(hours=13))
    assert room.client.get("/").status_code == 303


def test_a_session_that_nobody_uses_ends_sooner(room: Room) -> None:
    for _ in range(4):
        room.clock.pass_by(timedelta(hours=2, minutes=30))
        assert room.client.get("/").status_code == 200
    room.clock.pass_by(timedelta(hours=1, minutes=55))
    # Used all the time, but twelve hours are over.
    assert room.client.get("/").status_code == 200
    room.clock.pass_by(timedelta(minutes=10))
    assert room.client.get("/").status_code == 303
    room.log_in("ann")
    room.clock.pass_by(timedelta(hours=4, minutes=1))
    assert room.client.get("/").status_code == 303


def test_a_form_sent_after_the_session_ended_gives_the_text_back(room: Room) -> None:
    csrf = room.csrf()
    room.clock.pass_by(timedelta(hours=13))
    answer = room.client.post("/items/CD-1001/note", data={"csrf": csrf, "body": "called the customer"})
    assert answer.status_code == 401
    assert "Nothing was changed" in answer.text
