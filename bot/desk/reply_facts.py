"""The values that a reply may print, each with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_VALUE = 160

# Two brackets are a gap.
_BRACKETS = str.maketrans("[]", "()")

# What needs no cleaning, as most values do: words of ASCII with single blanks between them.
_PLAIN = re.compile(r"[!-Z\\^-~]+(?: [!-Z\\^-~]+)*")


def clean_value(text: str) -> str:
    """One line without brackets, so that no value can pass for a gap, a new line or a header.

    Unprintable characters, which could break a line, hide text or turn its direction, become spaces.
    """
    if len(text) <= MAX_VALUE and _PLAIN.fullmatch(text):
        return text
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    flat = " ".join(text.split()).translate(_BRACKETS)
    return flat if len(flat) <= MAX_VALUE else flat[: MAX_VALUE - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class ReplyFact:
    """A value and where it came from. A joined value carries its `parts`, and printing it prints those facts."""

    name: str
    value: str
    source: str
    parts: tuple[ReplyFact, ...] = ()

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)


ReplyRow = Mapping[str, ReplyFact]
ReplyValue = ReplyFact | bool | tuple[ReplyRow, ...]


def joined(name: str, text: str, parts: tuple[ReplyFact, ...]) -> ReplyFact:
    """A phrase that names several facts, such as `invoices 101 and 102`."""
    return ReplyFact(name, text, parts[0].source, parts)
