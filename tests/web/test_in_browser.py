"""A clerk's morning in a real browser: log in, read, correct, approve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from bot.desk.draft import revise
from bot.web.app import create_app
from tests.web.browsing import log_in, open_page
from tests.web.room import Room, make_letter
from tests.web.serving import serving


@pytest.mark.parametrize("with_script", [True, False])
def test_log_in_open_correct_approve(browser: Browser, desk_room: Room, tmp_path: Path, with_script: bool) -> None:
    letter = make_letter(
        "We were charged twice for INV-1001.\n<img src='http://evil.example/pixel.png'><script>alert(1)</script>",
        "Duplicate <script>alert(2)</script>",
    )
    number = desk_room.arrive(letter)
    troubles: list[str] = []
    requested: list[str] = []
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, troubles, requested, with_script=with_script)
        log_in(page, address)
        page.get_by_role("link", name="Duplicate").click()
        expect(page.locator("mark").first).to_be_visible()
        page.screenshot(path=tmp_path / "item.png", full_page=True)
        page.get_by_label("Text", exact=True).fill("Hello Ann, the refund is on its way.")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Approve, send, next")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[role=status].message")).to_contain_text("Approved")
        page.context.close()
    assert troubles == []
    assert set(requested) == {urlsplit(address).netloc}
    (row,) = desk_room.desk.queries.outbox()
    assert b"the refund is on its way" in row.entry.raw
    assert desk_room.desk.queries.drafts(item_id=int(number[3:]))[0].decided_by == "ann"


def test_enter_in_the_subject_saves_and_never_sends(browser: Browser, desk_room: Room) -> None:
    number = desk_room.arrive(make_letter())
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, [], [])
        log_in(page, address)
        page.goto(f"{address}/items/{number}")
        page.locator("#draft-subject").fill("Another subject")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status].message")).to_contain_text("Saved")
        page.context.close()
    assert desk_room.desk.queries.outbox() == []


def test_a_phone_shows_every_page_in_one_column(browser: Browser, desk_room: Room) -> None:
    long_words = (f"charged twice {'x' * 400}", "y" * 300, f"Ann <{'z' * 60}@brightwater.example>")
    number = desk_room.arrive(make_letter(*long_words))
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, [], [])
        log_in(page, address)
        page.set_viewport_size({"width": 390, "height": 844})
        for path in ("/", f"/items/{number}", "/drafts", "/outbox", "/quarantine", "/mailboxes", "/record"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.context.close()


def test_mails_are_answered_by_keys_alone_with_one_key_each(browser: Browser, desk_room: Room) -> None:
    for name in ("One", "Two", "Three"):
        desk_room.arrive(
            make_letter("The chairs arrived damaged.", f"Chairs {name}", f"{name} <{name}@harlow.example>")
        )
    with desk_room.desk.store.begin() as uow:
        for draft in (uow.drafts.get(draft_id) for draft_id in (1, 2, 3)):
            text = replace(draft.text, body="Hello, we look into it.")
            uow.drafts.add_version(revise(draft, text, "ann", desk_room.clock.now()))
        uow.commit()
    troubles: list[str] = []
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, troubles, [])
        log_in(page, address)
        expect(page.locator(".cover").first).to_be_focused()
        page.keyboard.press("Enter")
        for left in ("Two", "Three", ""):
            expect(page.get_by_role("button", name="Approve, send, next")).to_be_visible()
            page.keyboard.press("a")
            expect(page.get_by_role("heading", level=1)).to_contain_text(f"Chairs {left}" if left else "Queues")
            expect(page.locator("[role=status].message")).to_contain_text("Approved")
        page.keyboard.press("u")
        expect(page.locator("[role=status].message")).to_contain_text("Undone")
        page.context.close()
    assert troubles == []
    assert len(desk_room.desk.queries.outbox()) == 2


def test_the_overview_and_the_palette_show_what_the_page_can_do(browser: Browser, desk_room: Room) -> None:
    number = desk_room.arrive(make_letter())
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, [], [])
        log_in(page, address)
        page.goto(f"{address}/items/{number}")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.keyboard.type("assign me")
        page.keyboard.press("Enter")
        expect(page.locator("[role=status].message")).to_contain_text("Assigned")
        page.keyboard.press("n")
        page.keyboard.type("a ? is no key in a field")
        expect(page.get_by_label("New note")).to_have_value("a ? is no key in a field")
        page.context.close()


def test_the_preview_follows_what_is_written(browser: Browser, desk_room: Room) -> None:
    number = desk_room.arrive(make_letter())
    troubles: list[str] = []
    with serving(create_app(desk_room.desk)) as address:
        page = open_page(browser, troubles, [])
        log_in(page, address)
        page.goto(f"{address}/items/{number}")
        page.get_by_label("Text", exact=True).fill("We refund <b>INV-1001</b>.")
        expect(page.locator("#preview")).to_contain_text("We refund <b>INV-1001</b>.")
        page.context.close()
    assert troubles == []
