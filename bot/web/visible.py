"""Text of strangers, made safe to look at: what steers the eye or the terminal is shown instead of obeyed."""

from __future__ import annotations

import re

# Controls (all but tab and line feed), directions that can turn a file name around, line separators, and the
# invisible tag characters. Plain left-to-right and right-to-left marks stay: honest Arabic and Hebrew need them.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LINE_END = re.compile(r"\r\n|\r(?!\n)")


def visible(text: str) -> str:
    """The text with every steering character written out, such as ⟨U+202E⟩."""
    return _STEERING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """The same for names, subjects and file names, which have no second line."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def typed(text: str, *, limit: int = 200_000) -> str:
    """What a person entered in a form. Browsers send CRLF, and PostgreSQL refuses NUL."""
    return _LINE_END.sub("\n", text).replace("\x00", "")[:limit]
