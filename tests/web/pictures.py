"""The pictures of the pages in the documents, light and dark: `make pictures` takes them anew.

They show the very desk on which the tests look at every page.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from bot.web.app import create_app
from tests.web.browsing import chromium, log_in, open_page
from tests.web.every_page import LOOKS, fill_every_page
from tests.web.room import Room, fill_ledger, make_client, make_desk
from tests.web.serving import serving

THEMES = ("light", "dark")
# The name of each picture, and the look that it shows.
SHOWN: Mapping[str, str] = {
    "queues": "queues",
    "filters": "saved filters",
    "item": "an item after a refusal",
    "draft": "an item with its draft",
    "undo": "an item with an undo",
    "keys": "the keys",
    "drafts": "drafts",
    "texts": "texts",
    "search": "search",
    "customer": "a customer",
    "outbox": "outbox",
    "quarantine": "quarantine",
    "mailboxes": "mailboxes",
    "record": "record",
    "report": "a report",
    "health": "health",
    "users": "users",
    "account": "account",
    "settings": "settings",
}


def picture_name(name: str, theme: str) -> str:
    return f"page-{name}-{theme}.png"


def take_pictures(folder: Path) -> None:
    with TemporaryDirectory() as place:
        desk, clock = make_desk(Path(place), secure_cookie=False)
        fill_ledger(desk)
        with make_client(desk) as client, serving(create_app(desk)) as address, chromium() as browser:
            room = Room(desk, clock, client)
            room.add_person("ann", "administrator")
            room.log_in("ann")
            fill_every_page(room)
            page = open_page(browser, [], [])
            log_in(page, address)
            for theme in THEMES:
                room.post("/settings", theme=theme, time_zone="")
                for name, look in SHOWN.items():
                    page.goto(address + LOOKS[look].address)
                    _take(page, look, folder / picture_name(name, theme))
        desk.close()


def _take(page: Page, look: str, path: Path) -> None:
    if look not in ("texts", "saved filters", "an item with its draft"):
        LOOKS[look].opened(page)
    taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
    # A page has few colours: with a palette a picture takes a third.
    taken.quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
