"""What the desk's memory does over a long backlog: it should be flat."""

from __future__ import annotations

from typing import Any

from benchmarks import desk_folder
from benchmarks.corpus import shape_of
from benchmarks.measure import children, memory, run_apart
from benchmarks.table import Row
from bot.jobs.once import Progress, run_once
from tests.mailserver.server import MailServer

# Before this the caches fill, the model's and those of the libraries.
SETTLED_AFTER = 2_000
SHOWN = 8


class _Samples:
    """Both processes after every batch that was taken in."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, float, float]] = []
        self._count = 0

    def look(self, more: int) -> None:
        self._count += more
        self.taken.append((self._count, memory(), sum(memory(child) for child in children())))


def one_round(folder: str) -> list[tuple[int, float, float]]:
    """Run in an interpreter of its own."""
    desk_folder.prepare(folder)
    samples = _Samples()
    with desk_folder.opened(folder) as desk:
        desk_folder.warm_up(desk)
        run_once(desk, Progress(taken_in=samples.look))
    return samples.taken


def measure(count: int) -> list[Row]:
    with MailServer() as server:
        sizes = desk_folder.fill(server, count)
        with desk_folder.configured(server) as folder:
            samples: list[Any] = run_apart(
                "benchmarks.memory:one_round", folder, environment=desk_folder.secrets(server)
            )
    settled_after = min(SETTLED_AFTER, count // 2)
    settled = next(sample for sample in samples if sample[0] >= settled_after)
    last = samples[-1]
    growth = (last[1] + last[2]) / (settled[1] + settled[2]) - 1
    course = samples[:: max(1, len(samples) // SHOWN)]
    return [
        Row("memory", "corpus", shape_of(sizes)),
        Row("memory", f"after {settled[0]:,}", f"{settled[1]:.0f} MB desk + {settled[2]:.0f} MB parser"),
        Row("memory", f"after {last[0]:,}", f"{last[1]:.0f} MB desk + {last[2]:.0f} MB parser", "≤ 300 MB"),
        Row("memory", "growth between them", f"{growth:+.1%}", "≤ 20 %, good 5 %"),
        Row("memory", "course (both)", ", ".join(f"{at:,}: {own + parser:.0f}" for at, own, parser in course)),
    ]
