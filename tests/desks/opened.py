"""The wired desk behind a configuration under test, for what no command does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.bootstrap import Desk, build
from bot.settings import load
from tests.desks.desk import DeskUnderTest


@contextmanager
def opened(desk: DeskUnderTest) -> Iterator[Desk]:
    wired = build(load(desk.config, desk.environment))
    try:
        yield wired
    finally:
        wired.close()
