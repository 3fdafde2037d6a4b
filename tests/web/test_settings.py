"""What a person sets for themselves: looks and clock."""

from __future__ import annotations

import pytest

from bot.desk.preferences import Preferences, Theme
from bot.ledger.state_zones import ZONE_OF_STATE
from bot.ledger.states import NAME_OF_STATE
from tests.web.room import Room, make_letter


def test_without_a_choice_the_page_follows_the_computer(room: Room) -> None:
    assert '<html lang="en" data-theme="system">' in room.client.get("/").text


def test_a_chosen_look_is_kept_for_the_person_and_for_nobody_else(room: Room) -> None:
    assert room.post("/settings", theme="dark", time_zone="").headers["location"] == "/settings?done=settings_saved"
    assert 'data-theme="dark"' in room.client.get("/drafts").text
    room.add_person("bob", "reviewer")
    room.log_in("bob")
    assert 'data-theme="system"' in room.client.get("/drafts").text
    room.log_in("ann")
    assert 'data-theme="dark"' in room.client.get("/drafts").text


def test_times_follow_the_reader_with_the_clock_of_the_customer_on_hover(room: Room) -> None:
    number = room.arrive(make_letter())
    room.post("/settings", theme="system", time_zone="Asia/Karachi")
    page = room.client.get(f"/items/{number}").text
    assert 'title="Today 9:00 AM for the customer (New York), 2026-11-24 14:00 UTC">Today 7:00 PM</time>' in page


def test_past_due_stays_what_the_company_calls_so(room: Room) -> None:
    number = room.arrive(make_letter())
    before = room.client.get(f"/items/{number}").text.count("past due")
    room.post("/settings", theme="system", time_zone="Pacific/Kiritimati")
    assert room.client.get(f"/items/{number}").text.count("past due") == before == 1


def test_the_choice_is_selected_in_the_form(room: Room) -> None:
    room.post("/settings", theme="light", time_zone="Asia/Manila")
    page = room.client.get("/settings").text
    assert page.count('<option value="Asia/Manila" selected>') == 1
    assert '<input type="radio" name="theme" value="light" checked>' in page


@pytest.mark.parametrize(("theme", "zone"), [("pink", ""), ("dark", "Mars/Olympus"), ("dark", "../../etc/passwd")])
def test_what_there_is_not_is_refused_in_words(room: Room, theme: str, zone: str) -> None:
    answer = room.post("/settings", theme=theme, time_zone=zone)
    assert answer.status_code == 422
    assert "Not saved: " in answer.text
    with room.desk.store.look() as uow:
        assert uow.preferences.get("ann") == Preferences()


def test_the_choice_is_on_record_and_the_same_choice_again_is_not(room: Room) -> None:
    for _ in range(2):
        room.post("/settings", theme="dark", time_zone="Asia/Karachi")
    written = [entry for entry in room.desk.queries.record() if entry.what == "chose_looks"]
    assert [dict(entry.after) for entry in written] == [{"theme": Theme.DARK, "time_zone": "Asia/Karachi"}]


def test_every_state_has_a_clock() -> None:
    assert set(ZONE_OF_STATE) == set(NAME_OF_STATE)
