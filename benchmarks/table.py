"""What measurements found, as one table."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_HEADINGS = ("benchmark", "what", "found", "goal")


@dataclass(frozen=True, slots=True)
class Row:
    benchmark: str
    what: str
    found: str
    goal: str = ""


def machine() -> str:
    """On what and beside how much other work this was measured."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} x {model}, {pages / 2**30:.0f} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, load {load}"
    )


def as_markdown(rows: Sequence[Row]) -> str:
    cells = [_HEADINGS, *((row.benchmark, row.what, row.found, row.goal) for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(_HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])
