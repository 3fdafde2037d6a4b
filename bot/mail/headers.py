"""The header block of a message: cut out of the bytes, unfolded, decoded. Never raises on any bytes."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from bot.mail.encoded_words import decode_header

_LINE_END = re.compile(rb"\n\r?\n")
_EMPTY_LINES = re.compile(rb"[\r\n]++")
LONGEST_REMEMBERED = 200
_NAME = re.compile(rb"[!-9;-~]+")
# All of a field is in one of the groups, so that their lengths tell whether anything lies between two fields.
_FIELD = re.compile(rb"([!-9;-~]+)([ \t]*:)([^\n]*(?:\n[ \t][^\n]*)*)(\n?)")


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


def read_head(raw: bytes, start: int = 0, end: int | None = None) -> Head:
    """The head of the message that lies between these places; `body_start` is counted from the first byte of all."""
    end = len(raw) if end is None else end
    empty = _EMPTY_LINES.match(raw, start, end)
    start = empty.end() if empty is not None else start
    closing = _LINE_END.search(raw, start, end)
    block = raw[start : closing.start() + 1] if closing else raw[start:end]
    regular = _read_regular_fields(block)
    is_closed = closing is not None
    fields, length = (regular, len(block)) if regular is not None else _read_fields(block, is_closed=is_closed)
    if length < len(block):
        return Head(fields, start + length)
    return Head(fields, closing.end() if closing else end)


def read_part_head(raw: bytes, start: int, end: int) -> Head:
    """The head of a MIME part, which may be empty: then the part begins with the empty line."""
    first = raw[start : min(start + 2, end)]
    if first[:1] == b"\n":
        return Head({}, start + 1)
    if first == b"\r\n":
        return Head({}, start + 2)
    return read_head(raw, start, end)


def _read_regular_fields(block: bytes) -> dict[str, list[bytes]] | None:
    """The fields of a block that is nothing but fields, as nearly all are; None for any other."""
    if block.count(b"\r") != block.count(b"\r\n"):
        # A bare CR ends a line too.
        return None
    found = _FIELD.findall(block)
    if sum(map(len, chain.from_iterable(found))) != len(block):
        return None
    fields: dict[str, list[bytes]] = {}
    for name, _, value, _ in found:
        fields.setdefault(name.decode("ascii").lower(), []).append(value.strip())
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
