"""The security page names only tests that there are, and each line either names one or says no."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line.strip("|").rsplit("|", 1)[1].strip()
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| section"))
]
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_line_names_its_test_or_says_no() -> None:
    assert len(LINES) > 40
    assert [line for line in LINES if line != "no" and not _TEST.search(line) and "make check" not in line] == []


def test_the_tests_are_there() -> None:
    missing = []
    for path, name in _TEST.findall("".join(LINES)):
        file = ROOT / path
        if not file.is_file() or (name and f"def {name}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []
