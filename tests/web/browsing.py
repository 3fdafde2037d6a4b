"""A real browser before the review page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.room import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
# Without these it reports home, or cannot start as root in a container.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    assert CHROMIUM.exists(), "this test drives a real browser: install Debian's package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def open_page(browser: Browser, troubles: list[str], requested: list[str], *, with_script: bool = True) -> Page:
    """An empty page of a laptop. What its console says goes into `troubles`, whom it asks into `requested`."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, java_script_enabled=with_script)
    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: _note_host(request.url, requested))
    return page


def _note_host(url: str, requested: list[str]) -> None:
    split = urlsplit(url)
    # The browser's own viewer of PDF asks for parts of itself.
    if split.scheme in ("http", "https", "ws", "wss"):
        requested.append(split.netloc)


def log_in(page: Page, address: str, name: str = "ann") -> None:
    page.goto(f"{address}/log-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Queues")).to_be_visible()
