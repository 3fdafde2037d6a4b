"""docs/cases.md, written from the rows: `python -m tests.torture.page`."""

from __future__ import annotations

from pathlib import Path

from tests.torture.every import SECTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cases.md"
_HEAD = """\
# How mail goes wrong, and what happens

Each line is a row of `tests/torture/`, run through polling, parsing in the child process, opening, drafting and the
outbox. In every case it is checked as well that the balance of the mailbox closes, that a second run changes nothing,
that the raw bytes can be had again, and that nothing leaves without a person. This page is written from the rows:
`python -m tests.torture.page`.

Kills, full disks and locked databases have their own tests in `tests/torture/crash`. Reminders, clocks and Exchange are
not here yet.
"""


def page() -> str:
    parts = [_HEAD]
    for title, cases in SECTIONS.items():
        rows = "\n".join(f"| {case.id} | {_cell(case.happens)} | {_cell(case.comes_out)} |" for case in cases)
        parts.append(f"\n## {title}\n\n| | what happens | what comes out |\n|---|---|---|\n{rows}\n")
    return "".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
