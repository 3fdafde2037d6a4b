"""Every test has a desk of its own, with an approver logged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
