"""A small cut of newest from quoted text, for the examples. Live mail is cut by the caller, with more care."""

import re

QUOTE_STARTS = re.compile(
    r"[>|]"
    r"|On .{4,120}wrote:"
    r"|-{2,} ?(?:Original|Forwarded|Begin|Ursprüngliche)"
    r"|Begin forwarded message"
    r"|_{8,}"
    r"|\*?(?:From|Sent|Von|De):\*? ",
    re.IGNORECASE,
)
SIGNATURE_STARTS = re.compile(r"-- ?$")
DISCLAIMER_STARTS = re.compile(
    r"(?:CONFIDENTIAL|DISCLAIMER|NOTICE:|This (?:e-?mail|message|communication) (?:and|may|is|contains|does)|"
    r"The information (?:in|contained))",
    re.IGNORECASE,
)


def split_newest(body: str) -> tuple[str, str]:
    """The newest text and the rest. A text that is quoted from its first line is taken whole."""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        written = any(earlier.strip() for earlier in lines[:number])
        if written and _ends_newest(line):
            return "\n".join(lines[:number]).rstrip(), "\n".join(lines[number:])
    return body, ""


def _ends_newest(line: str) -> bool:
    return any(mark.match(line) for mark in (QUOTE_STARTS, SIGNATURE_STARTS, DISCLAIMER_STARTS))
