"""The embedded engine: a watch that breaks goes on, and the desk polls what it may have missed."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from bot.bootstrap import Desk, build
from bot.jobs.embedded import EmbeddedEngine
from bot.settings import load
from tests.desks.mailboxes import ListedMailbox
from tests.unit.jobs.test_work import BOT, BOX


class BreakingMailbox(ListedMailbox):
    """Its first wait for news breaks in a way that nobody foresaw; later waits are told in `waited_again`."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = 0
        self.waited_again = Event()
        self.closed = Event()

    def wait_for_news(self, seconds: float) -> bool:
        self.waits += 1
        if self.waits == 1:
            raise ZeroDivisionError("nobody foresaw this")
        self.waited_again.set()
        self.closed.wait(seconds)
        return False

    def close(self) -> None:
        self.closed.set()


def test_a_watch_that_breaks_waits_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bot.toml").write_text(BOT)
    (tmp_path / "mailboxes.toml").write_text(BOX)
    mailbox = BreakingMailbox()
    monkeypatch.setattr(Desk, "open_mailbox", lambda *_: mailbox)
    desk = build(load(tmp_path, {}))
    engine = EmbeddedEngine(desk)
    engine.start()
    try:
        assert mailbox.waited_again.wait(20)
    finally:
        engine.stop()
        desk.close()
