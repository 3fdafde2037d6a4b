"""CPU, memory and wall of processes, as Linux counts them; and running a measurement in an interpreter of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """What this process and its children have used up so far: seconds of CPU, seconds of wall."""

    own: float
    children: float
    wall: float

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.own - other.own, self.children - other.children, self.wall - other.wall)


def usage() -> Usage:
    # Living children are counted too, which getrusage() does not do.
    times = os.times()
    ended = times.children_user + times.children_system
    living = sum(_cpu_of(child) for child in children())
    return Usage(time.process_time(), ended + living, time.perf_counter())


def children() -> list[int]:
    """The processes that this one has started and that still live."""
    found: list[int] = []
    for path in Path("/proc/self/task").glob("*/children"):
        found += [int(word) for word in path.read_text().split()]
    return found


def _cpu_of(process: int) -> float:
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS


def memory(process: int | str = "self", key: str = "VmRSS") -> float:
    """Megabytes. VmHWM is the peak; ru_maxrss would tell that of the parent, which a child inherits."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return 0.0


def run_apart(function: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Any:
    """What `module:function` returns in a fresh interpreter, as JSON; its memory and CPU are then its own."""
    answered = subprocess.run(
        [sys.executable, "-m", "benchmarks.measure", function, *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(answered.stdout.splitlines()[-1])


def _answer() -> None:
    module, _, name = sys.argv[1].partition(":")
    print(json.dumps(getattr(import_module(module), name)(*sys.argv[2:])))


if __name__ == "__main__":
    _answer()
