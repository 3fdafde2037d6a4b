"""Dovecot → one round of the whole desk: IMAP, parser process, sorter, SQLite with the raw mail, work items, drafts.

Counted in two: to the draft, which a person finds in its queue and can approve from then on; and what follows it, which
is sending, the balance, clocks, reports, search and the record's chain.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import desk_folder
from benchmarks.corpus import shape_of
from benchmarks.measure import Usage, children, memory, run_apart, usage
from benchmarks.table import Row
from bot.jobs.once import Progress, Round, run_once
from tests.mailserver.server import MailServer

RUNS = 3
COUNTED = ("stored", "messages", "items", "drafts", "automatic", "duplicate", "quarantined")


# What a round consists of, and how each is called in the tables.
STAGES = {
    "draft": "to the draft",
    "after": "what follows it",
    "round": "the whole round",
}


@dataclass(slots=True)
class _Seen:
    """What is looked at while a round goes on."""

    parser: float = 0.0
    drafted: Usage | None = None

    def look(self, _: int) -> None:
        self.parser = max([self.parser, *(memory(child, "VmHWM") for child in children())])

    def note_drafted(self) -> None:
        self.drafted = usage()


def one_round(folder: str) -> dict[str, Any]:
    """Run in an interpreter of its own."""
    desk_folder.prepare(folder)
    seen = _Seen()
    with desk_folder.opened(folder) as desk:
        desk_folder.warm_up(desk)
        before = usage()
        done = run_once(desk, Progress(taken_in=seen.look, drafted=seen.note_drafted))
        after = usage()
        seen.look(0)
    assert seen.drafted is not None
    return {
        "draft": asdict(seen.drafted - before),
        "after": asdict(after - seen.drafted),
        "round": asdict(after - before),
        "rss_parent": memory(key="VmHWM"),
        "rss_child": seen.parser,
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
    def middle(*path: str) -> float:
        return statistics.median(_at(one, *path) for one in rounds)

    memory_used = f"{middle('rss_parent'):.0f} MB desk + {middle('rss_child'):.0f} MB parser"
    last = rounds[-1]
    became = ", ".join(f"{last[name]} {name}" for name in COUNTED)
    closes = all(one["closes"] for one in rounds)
    return [
        *(
            Row(
                "pipeline",
                f"{sorter}: CPU a message, {called}",
                _split(middle(stage, "own") * 1000 / count, middle(stage, "children") * 1000 / count),
                "≤ 3.5 ms" if stage == "draft" else "",
            )
            for stage, called in STAGES.items()
        ),
        *(
            Row("pipeline", f"{sorter}: wall, {called}", _pace(middle(stage, "wall"), count))
            for stage, called in STAGES.items()
        ),
        Row("pipeline", f"{sorter}: peak memory", memory_used, "≤ 300 MB"),
        Row("pipeline", f"{sorter}: what became of it", became),
        Row("pipeline", f"{sorter}: balance closes", "yes" if closes else f"NO {last['error']}", "yes"),
    ]


def _at(found: Any, *path: str) -> float:
    for name in path:
        found = found[name]
    return float(found)


def _split(desk_ms: float, parser_ms: float) -> str:
    return f"{desk_ms + parser_ms:.2f} ms ({desk_ms:.2f} desk + {parser_ms:.2f} parser)"


def _pace(wall: float, count: int) -> str:
    return f"{wall:.1f} s, {count / wall:.0f} messages/s"
