"""How long `creditdesk --help` takes against a bare interpreter, and what it imports."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time

from benchmarks.measure import REPOSITORY
from benchmarks.table import Row

RUNS = 15
_COMMAND = "import sys; sys.argv = ['creditdesk', '--help']; from bot.cli.main import main; main()"
_MODULES = (
    "import sys, json; before = set(sys.modules); import bot.cli.main; "
    "print(json.dumps(sorted(set(sys.modules) - before)))"
)


def measure(_: int = 0) -> list[Row]:
    # Warmed up first: byte code is written and files are in the page cache.
    bare, ours = ("-c", "pass"), ("-c", _COMMAND)
    _time(bare, 2)
    _time(ours, 2)
    bare_cpu, bare_wall = _time(bare, RUNS)
    cpu, wall = _time(ours, RUNS)
    modules = json.loads(
        subprocess.run([sys.executable, "-c", _MODULES], cwd=REPOSITORY, capture_output=True, check=True).stdout
    )
    tops = sorted({name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names))
    return [
        Row("start", "python -c pass", f"CPU {bare_cpu:.0f} ms, wall {bare_wall:.0f} ms"),
        Row("start", "creditdesk --help", f"CPU {cpu:.0f} ms, wall {wall:.0f} ms; {cpu / bare_cpu:.1f} x bare"),
        Row("start", "modules imported", f"{len(modules)}, not of Python: {', '.join(tops)}"),
    ]


def _time(arguments: tuple[str, ...], runs: int) -> tuple[float, float]:
    """Median milliseconds of CPU and wall."""
    cpus: list[float] = []
    walls: list[float] = []
    for _ in range(runs):
        before, begun = _children(), time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, stdout=subprocess.DEVNULL, check=True)
        walls.append((time.perf_counter() - begun) * 1000)
        cpus.append((_children() - before) * 1000)
    return statistics.median(cpus), statistics.median(walls)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
