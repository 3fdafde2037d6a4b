"""`python -m benchmarks [NAME…] [--messages N]`: run, and print one table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from benchmarks import clocks, helpdesk, memory, page, pipeline, poll, quarter, start
from benchmarks.table import Row, as_markdown, machine

# Name → what measures it, and with how many messages by default.
BENCHMARKS: dict[str, tuple[Callable[[int], Sequence[Row]], int]] = {
    "pipeline": (pipeline.measure, 1_000),
    "helpdesk": (helpdesk.measure, 1_000),
    "memory": (memory.measure, 20_000),
    "poll": (poll.measure, 100_000),
    "clocks": (clocks.measure, 200_000),
    "quarter": (quarter.measure, 60_000),
    "page": (page.measure, 1_000_000),
    "start": (start.measure, 0),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the desk.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--messages", type=int, help="instead of each benchmark's own number")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    began = machine()
    for name in chosen.names or BENCHMARKS:
        run, count = BENCHMARKS[name]
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += run(chosen.messages or count)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {began}\n\n{as_markdown(rows)}")


if __name__ == "__main__":
    main()
