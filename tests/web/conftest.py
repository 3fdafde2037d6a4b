"""Every test has a desk of its own, with an approver logged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.browsing import chromium
from tests.web.room import Room, fill_ledger, make_client, make_desk


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    desk, clock = make_desk(tmp_path)
    fill_ledger(desk)
    with make_client(desk) as client:
        made = Room(desk, clock, client)
        made.add_person("ann", "approver")
        made.log_in("ann")
        yield made
    desk.close()


# For each module anew: while it is open its thread runs an event loop, which other tests could not stand.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def desk_room(tmp_path: Path) -> Iterator[Room]:
    """As `room`, for a browser, which keeps no secure cookie of a page in the clear."""
    desk, clock = make_desk(tmp_path, secure_cookie=False)
    fill_ledger(desk)
    with make_client(desk) as client:
        made = Room(desk, clock, client)
        made.add_person("ann", "approver")
        made.log_in("ann")
        yield made
    desk.close()
