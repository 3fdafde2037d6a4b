"""Searching, new work and colleagues in a real browser."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from bot.jobs.work import fill_search_all
from bot.web.app import create_app
from tests.web.browsing import log_in, open_page
from tests.web.room import Room, make_letter
from tests.web.serving import serving


def test_what_is_searched_for_is_found_by_keys_alone(browser: Browser, desk_room: Room) -> None:
    desk_room.arrive(make_letter())
    desk_room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@harlow.example>"))
    fill_search_all(desk_room.desk)
    troubles: list[str] = []
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, troubles, [])
        log_in(page, address)
        page.keyboard.press("/")
        page.keyboard.type("damaged")
        page.keyboard.press("Enter")
        expect(page.locator(".hits mark")).to_have_text("damaged.")
        expect(page.locator(".hits .cover")).to_be_focused()
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Chairs")
        page.keyboard.press("c")
        expect(page.get_by_role("heading", level=1)).to_have_text("Harlow Stores")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.context.close()
    assert troubles == []


def test_new_work_and_a_colleague_are_told_and_nothing_moves(browser: Browser, desk_room: Room) -> None:
    desk_room.arrive(make_letter())
    troubles: list[str] = []
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, troubles, [])
        log_in(page, address)
        before = page.locator(".list").bounding_box()
        desk_room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@harlow.example>"))
        expect(page.get_by_role("link", name="1 new")).to_be_visible(timeout=20_000)
        assert page.locator(".list").bounding_box() == before
        page.keyboard.press(".")
        expect(page.get_by_role("link", name="Chairs")).to_be_visible()
        desk_room.add_person("bea", "reviewer")
        desk_room.log_in("bea")
        desk_room.post("/items/CD-1001/presence", doing="writing")
        page.goto(f"{address}/items/CD-1001")
        expect(page.locator(".news .told")).to_have_text("bea writes here too", timeout=20_000)
        page.context.close()
    assert troubles == []
