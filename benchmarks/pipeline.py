"""Dovecot → one round of the whole desk: IMAP, parser process, sorter, SQLite with the raw mail, work items, drafts."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import desk_folder
from benchmarks.corpus import shape_of
from benchmarks.measure import children, memory, run_apart, usage
from benchmarks.table import Row
from bot.jobs.once import Progress, Round, run_once
from tests.mailserver.server import MailServer

RUNS = 3
COUNTED = ("stored", "messages", "items", "drafts", "automatic", "duplicate", "quarantined")


@dataclass(slots=True)
class _Peaks:
    parser: float = 0.0

    def look(self, _: int) -> None:
        self.parser = max([self.parser, *(memory(child, "VmHWM") for child in children())])


def one_round(folder: str) -> dict[str, Any]:
    """Run in an interpreter of its own."""
    desk_folder.prepare(folder)
    peaks = _Peaks()
    with desk_folder.opened(folder) as desk:
        desk_folder.warm_up(desk)
        before = usage()
        done = run_once(desk, Progress(taken_in=peaks.look))
        used = usage() - before
        peaks.look(0)
    return {
        "parent_s": used.own,
        "child_s": used.children,
        "wall_s": used.wall,
        "rss_parent": memory(key="VmHWM"),
        "rss_child": peaks.parser,
        **_counts(done),
    }


def _counts(done: Round) -> dict[str, Any]:
    mailbox = done.mailboxes[0]
    return {
        "stored": mailbox.received.stored,
        "duplicate": mailbox.received.duplicate,
        "quarantined": mailbox.received.quarantined + done.taken_in.quarantined,
        "messages": done.taken_in.messages,
        "items": done.taken_in.items,
        "drafts": done.taken_in.drafts,
        "automatic": done.taken_in.automatic,
        "closes": mailbox.is_good,
        "error": mailbox.error,
    }


def measure(count: int) -> list[Row]:
    """With the encoder, as shipped, and with the cheap models alone: doubtful mail costs many times as much."""
    with MailServer() as server:
        sizes = desk_folder.fill(server, count)
        shipped = [_round(server, is_encoder_on=True) for _ in range(RUNS)]
        cheap = [_round(server, is_encoder_on=False) for _ in range(RUNS)]
    return [
        Row("pipeline", "corpus", shape_of(sizes)),
        *_rows("encoder on", shipped, count),
        *_rows("encoder off", cheap, count),
    ]


def _round(server: MailServer, *, is_encoder_on: bool) -> dict[str, Any]:
    with desk_folder.configured(server, is_encoder_on=is_encoder_on) as folder:
        return run_apart("benchmarks.pipeline:one_round", folder, environment=desk_folder.secrets(server))


def _rows(sorter: str, rounds: Sequence[Mapping[str, Any]], count: int) -> list[Row]:
    def middle(name: str) -> float:
        return statistics.median(one[name] for one in rounds)

    parent, child = middle("parent_s") * 1000 / count, middle("child_s") * 1000 / count
    wall, memory_used = middle("wall_s"), f"{middle('rss_parent'):.0f} MB desk + {middle('rss_child'):.0f} MB parser"
    last = rounds[-1]
    became = ", ".join(f"{last[name]} {name}" for name in COUNTED)
    closes = all(one["closes"] for one in rounds)
    return [
        Row(
            "pipeline",
            f"{sorter}: CPU a message",
            f"{parent + child:.2f} ms ({parent:.2f} desk + {child:.2f} parser)",
            "≤ 3.5 ms",
        ),
        Row("pipeline", f"{sorter}: wall", f"{wall:.1f} s, {count / wall:.0f} messages/s"),
        Row("pipeline", f"{sorter}: peak memory", memory_used, "≤ 300 MB"),
        Row("pipeline", f"{sorter}: what became of it", became),
        Row("pipeline", f"{sorter}: balance closes", "yes" if closes else f"NO {last['error']}", "yes"),
    ]
