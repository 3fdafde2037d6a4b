"""What the desk does in one life: fetch, take in, a person approves, send, file, seal. Run again, it goes on."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.bootstrap import Desk, build
from bot.errors import BotError
from bot.jobs.boundary import guarded
from bot.jobs.once import run_once
from bot.jobs.work import empty_outbox, look_after_sent
from bot.parsing import InlineParser
from bot.ports import Renderer, Sorter
from bot.settings import load
from bot.steps.decide_draft import approve_draft
from bot.steps.seal_record import seal_record
from tests.torture.crash import points

PERSON = "kim"


@dataclass
class JumpingClock:
    """The system's clock, moved by `offset`, and by `jump` more from the given look on."""

    offset: timedelta = timedelta()
    jump: timedelta = timedelta()
    jumps_at: int = 0
    looks: int = field(default=0, init=False)

    def now(self) -> datetime:
        self.looks += 1
        jumped = self.jump if self.jumps_at and self.looks >= self.jumps_at else timedelta()
        return datetime.now(UTC) + self.offset + jumped


def live(
    folder: Path, environment: Mapping[str, str], fault: Mapping[str, Any], sorter: Sorter, renderer: Renderer
) -> None:
    """One life, with the fault that it dies of, or has to survive."""
    clock = JumpingClock(
        timedelta(seconds=fault.get("offset", 0)), timedelta(seconds=fault.get("jump", 0)), fault.get("jumps_at", 0)
    )
    desk = build(load(folder / "config", environment), clock=clock)
    parser = desk.parser if fault.get("child_parser") else InlineParser()
    desk = replace(desk, sorter=sorter, renderer=renderer, parser=parser)
    counted = _arm(desk, fault)
    run_once(desk)
    _approve_all(desk)
    empty_outbox(desk)
    look_after_sent(desk)
    guarded("seal_record", partial(seal_record, store=desk.store))
    sys.setprofile(None)
    (folder / "calls").write_text(str(counted()))
    desk.close()


def _arm(desk: Desk, fault: Mapping[str, Any]) -> Any:
    act = points.freeze if fault.get("freezes") else points.die
    if "busy_ms" in fault:
        # Else a test of a locked store would last half a minute.
        event.listen(desk.store.engine, "connect", partial(_set_busy, fault["busy_ms"]))
        desk.store.engine.dispose()
    if "file_bytes" in fault:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault["file_bytes"], resource.RLIM_INFINITY))
    if "point" in fault:
        points.at(fault["point"], fault["when"], fault["call"], act)
    if "outside_call" in fault:
        return points.at_outside_call(fault["outside_call"], act)
    return lambda: 0


def _set_busy(milliseconds: int, connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={int(milliseconds)}")


def _approve_all(desk: Desk) -> None:
    for row in desk.queries.drafts("open"):
        draft = row.draft
        try:
            ports = {"store": desk.store, "clock": desk.clock, "letterhead": desk.letterhead}
            approve_draft(draft.draft_id, draft.version, PERSON, **ports)  # type: ignore[arg-type]
        except BotError as error:
            # A draft with a gap, or a store that takes nothing now: a person would come back to it.
            sys.stderr.write(f"not approved: {error}\n")


def leave(status: int) -> None:
    """Without the ends that a forked process shares with its parent."""
    sys.stderr.flush()
    os._exit(status)
