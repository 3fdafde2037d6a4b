"""The few things that adapters read in a header block. Parsing a message is not done here."""

from __future__ import annotations

import re

# A header block of a real message is a few kB. What is longer is cut, so that a hostile one cannot fill the memory.
HEAD_BYTES = 100_000

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:(?:[ \t]|\r?\n[ \t])*<?([^<>\s]+)", re.IGNORECASE | re.MULTILINE)


def head_of(raw: bytes) -> bytes:
    """The header block, cut at HEAD_BYTES."""
    found = _HEAD_END.search(raw, 0, HEAD_BYTES)
    return raw[: found.start() if found else HEAD_BYTES]


def message_ids_in(head: bytes) -> set[str]:
    """Every Message-ID of a header block, without brackets."""
    return {found.decode("utf-8", "replace") for found in _MESSAGE_ID.findall(head)}
