"""Every page, in both themes, for people who see little, have no mouse, or work on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.web.app import create_app
from tests.web.browsing import log_in, open_page
from tests.web.every_page import GATE, LOOKS, NO_PAGES, Look, fill_every_page, pages_of
from tests.web.room import Room, fill_ledger, make_client, make_desk
from tests.web.serving import serving

STANDARDS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Shown:
    """A desk on which every page has something, and a browser at it that noted what went wrong and whom it asked."""

    room: Room
    page: Page
    address: str
    troubles: list[str]
    asked: list[str]

    def go(self, look: Look) -> None:
        self.page.goto(self.address + look.address)
        look.opened(self.page)


# One desk for all: no test here changes what another looks at, and filling it takes long.
@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    desk, clock = make_desk(tmp_path_factory.mktemp("desk"), secure_cookie=False)
    fill_ledger(desk)
    with make_client(desk) as client, serving(create_app(desk)) as address:
        room = Room(desk, clock, client)
        room.add_person("ann", "administrator")
        room.log_in("ann")
        fill_every_page(room)
        troubles: list[str] = []
        asked: list[str] = []
        page = open_page(browser, troubles, asked)
        log_in(page, address)
        yield Shown(room, page, address, troubles, asked)
        page.context.close()
    desk.close()


def _found_by_axe(page: Page) -> list[str]:
    found = Axe().run(page, options=STANDARDS).response
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_every_page_is_looked_at(shown: Shown) -> None:
    assert pages_of(shown.room.desk) - NO_PAGES == {look.route for look in (*LOOKS.values(), GATE)}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_any_page(shown: Shown, theme: str) -> None:
    shown.room.post("/settings", theme=theme, time_zone="")
    found: dict[str, list[str]] = {}
    for name, look in LOOKS.items():
        shown.go(look)
        expect(shown.page.locator("html")).to_have_attribute("data-theme", theme)
        if violations := _found_by_axe(shown.page):
            found[name] = violations
    assert found == {}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_at_the_gate(browser: Browser, shown: Shown, theme: Literal["light", "dark"]) -> None:
    page = browser.new_page(color_scheme=theme)
    page.goto(shown.address + GATE.address)
    assert _found_by_axe(page) == []
    page.close()


def test_a_phone_shows_every_page_in_one_column(shown: Shown) -> None:
    shown.page.set_viewport_size({"width": 390, "height": 844})
    too_wide = {}
    for name, look in LOOKS.items():
        shown.go(look)
        width = shown.page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            too_wide[name] = width
    shown.page.set_viewport_size({"width": 1366, "height": 768})
    assert too_wide == {}


def test_no_page_makes_the_console_speak_or_asks_another_host(shown: Shown) -> None:
    shown.troubles.clear()
    for look in LOOKS.values():
        shown.go(look)
    # A browser says itself that a page answered with the status of a refusal.
    assert [line for line in shown.troubles if "Failed to load resource" not in line] == []
    assert set(shown.asked) == {urlsplit(shown.address).netloc}


def test_the_first_tab_leads_past_the_bar(shown: Shown) -> None:
    page = shown.page
    shown.go(LOOKS["an item with its draft"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_whatever_can_be_pressed_is_reached_by_tab_and_shows_where_one_is(shown: Shown) -> None:
    page = shown.page
    shown.go(LOOKS["an item with its draft"])
    page.evaluate(
        "for (const one of document.querySelectorAll('main :is(a[href], button, input, select, textarea, summary)'))"
        " one.dataset.awaited = one.type !== 'hidden' && one.tabIndex >= 0 && one.checkVisibility()"
    )
    page.evaluate("document.getElementById('main').focus()")
    rounds = 0
    # A viewer that takes the focus for a while takes a turn of Tab with it; what is reached at all, two rounds reach.
    while rounds < 2:
        page.keyboard.press("Tab")
        outline, spelled = page.evaluate(
            "() => { const at = document.activeElement; at.dataset.awaited = false;"
            " return [getComputedStyle(at).outlineStyle, at.outerHTML]; }"
        )
        rounds += "skip" in spelled[:20]
        # Within a frame its own page shows where one is; a viewer takes the focus out of the page for a while.
        assert outline != "none" or spelled.startswith(("<iframe", "<body")), spelled
    assert page.evaluate("[...document.querySelectorAll('[data-awaited=true]')].map(one => one.outerHTML)") == []


def test_an_action_leaves_the_focus_where_it_was(shown: Shown) -> None:
    page = shown.page
    shown.go(LOOKS["an item with its draft"])
    page.locator("#body").press("End")
    page.keyboard.type(" ")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    expect(page.locator("#body")).to_be_focused()


def test_where_the_control_has_gone_the_focus_is_at_what_was_done(shown: Shown) -> None:
    page = shown.page
    shown.go(LOOKS["an item with an undo"])
    expect(page.get_by_role("status").filter(has_text="Nobody is assigned")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()


def test_a_refusal_has_the_focus(shown: Shown) -> None:
    shown.go(LOOKS["an item after a refusal"])
    expect(shown.page.get_by_role("alert")).to_be_focused()


def test_what_a_mark_says_is_read_without_a_mouse(shown: Shown) -> None:
    page = shown.page
    shown.page.goto(shown.address + LOOKS["an item with its draft"].address)
    says = page.locator(".says").first
    expect(says.get_by_role("list")).to_be_hidden()
    page.keyboard.press("h")
    expect(says.get_by_role("list")).to_contain_text("charged twice speaks for refund")
    page.keyboard.press("Enter")
    expect(says.get_by_role("list")).to_be_hidden()
    page.locator(".text.mail mark").first.dispatch_event("click")
    expect(says.get_by_role("list")).to_be_visible()
