"""The document of the pages shows each of them, light and dark, and stays small."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web.every_page import LOOKS
from tests.web.pictures import SHOWN, THEMES, picture_name

DOCS = Path(__file__).parents[2] / "docs"
MOST_BYTES = 4_000_000


def test_every_page_that_is_shown_has_its_pictures_and_nothing_else_is_there() -> None:
    wanted = {picture_name(name, theme) for name in SHOWN for theme in THEMES}
    assert {path.name for path in (DOCS / "pictures").glob("page-*.png")} == wanted
    assert set(re.findall(r"\(pictures/([\w-]+\.png)\)", (DOCS / "pages.md").read_text("utf-8"))) == wanted
    assert set(SHOWN.values()) <= set(LOOKS)


def test_the_pictures_keep_the_repository_small() -> None:
    assert sum(path.stat().st_size for path in (DOCS / "pictures").glob("page-*.png")) < MOST_BYTES
