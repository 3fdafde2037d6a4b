"""The header block of a message: cut out of the bytes, unfolded, decoded. Never raises on any bytes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bot.mail.encoded_words import decode_header

_LINE_END = re.compile(rb"\n\r?\n")
LONGEST_REMEMBERED = 200
_NAME = re.compile(rb"[!-9;-~]+")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)\n?")


class Head(NamedTuple):
    """The fields by lower-case name, their values as raw bytes in order; `body_start` is where the body begins."""

    fields: dict[str, list[bytes]]
    body_start: int

    def all_raw(self, name: str) -> list[bytes]:
        return self.fields.get(name, [])

    def has(self, name: str) -> bool:
        return name in self.fields

    def raw(self, name: str) -> str:
        """The first value as it stands on the wire, unfolded, encoded words left as they are."""
        values = self.fields.get(name)
        return as_text(values[0]) if values else ""

    def text(self, name: str) -> str:
        """The first value, decoded for people."""
        values = self.fields.get(name)
        return decode_header(as_text(values[0])) if values else ""


def as_text(value: bytes) -> str:
    """Header bytes as text: RFC 6532 says UTF-8; what is not, is Windows-1252 in practice."""
    # The same few values of a head are asked for again and again.
    return _remembered_text(value) if len(value) < LONGEST_REMEMBERED else _text_of(value)


def _text_of(value: bytes) -> str:
    unfolded = b" ".join(line.strip() for line in value.splitlines()) if b"\n" in value or b"\r" in value else value
    try:
        text = unfolded.decode("utf-8")
    except UnicodeDecodeError:
        text = unfolded.decode("cp1252", "replace")
    return text.replace("\x00", "").strip()


_remembered_text = lru_cache(maxsize=500)(_text_of)


def has_raw_bytes(value: bytes) -> bool:
    """Whether the value holds 8-bit bytes that are not UTF-8, so that its charset had to be guessed."""
    if value.isascii():
        return False
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def block_length(raw: bytes) -> int:
    """How many bytes the header block takes; all of them where no empty line ends it."""
    found = _LINE_END.search(raw)
    return found.start() + 1 if found else len(raw)


def read_head(raw: bytes) -> Head:
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in (b"\r", b"\n") else 0
    ends = _LINE_END.search(raw, start)
    block = raw[start : ends.start() + 1] if ends else raw[start:]
    regular = _read_regular_fields(block)
    fields, length = (regular, len(block)) if regular is not None else _read_fields(block, is_closed=ends is not None)
    if length < len(block):
        return Head(fields, start + length)
    return Head(fields, ends.end() if ends else len(raw))


def read_part_head(raw: bytes) -> Head:
    """The head of a MIME part, which may be empty: then the part begins with the empty line."""
    if raw[:1] == b"\n":
        return Head({}, 1)
    if raw[:2] == b"\r\n":
        return Head({}, 2)
    return read_head(raw)


def _read_regular_fields(block: bytes) -> dict[str, list[bytes]] | None:
    """The fields of a block that is nothing but fields, as nearly all are; None for any other."""
    if block.count(b"\r") != block.count(b"\r\n"):
        # A bare CR ends a line too.
        return None
    fields: dict[str, list[bytes]] = {}
    at = 0
    while at < len(block):
        field = _FIELD.match(block, at)
        if field is None:
            return None
        name, value = field.groups()
        fields.setdefault(name.decode("ascii").lower(), []).append(value.strip())
        at = field.end()
    return fields


def _read_fields(block: bytes, *, is_closed: bool) -> tuple[dict[str, list[bytes]], int]:
    """The fields, and how far they reach into the block.

    A line that is no field ends the header where no empty line does, or where nothing came before it; otherwise it is
    taken for a continuation that lost its indentation.
    """
    fields: dict[str, list[bytes]] = {}
    values: list[bytes] = []
    pending: list[bytes] = []
    at = 0
    for line in block.splitlines(keepends=True):
        begin, at = at, at + len(line)
        if line[:1] in (b" ", b"\t") and pending:
            pending.append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and _NAME.fullmatch(name):
            _close(values, pending)
            values = fields.setdefault(name.decode("ascii").lower(), [])
            pending = [value]
        elif begin == 0 and line.startswith((b"From ", b">From ", b"\xef\xbb\xbf")):
            continue
        elif pending and is_closed and not line.startswith(b"--"):
            pending.append(line)
        else:
            _close(values, pending)
            return fields, begin
    _close(values, pending)
    return fields, len(block)


def _close(values: list[bytes], pending: list[bytes]) -> None:
    if pending:
        values.append(pending[0].strip() if len(pending) == 1 else b"".join(pending).strip())
