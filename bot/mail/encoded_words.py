"""RFC 2047 encoded words in headers, as mailers write them rather than as the RFC has it."""

from __future__ import annotations

import binascii
import re
from itertools import groupby

from bot.mail.charsets import clean, decode_bytes, known_charset

SHORTEST_SKETCHED = 20_000
# A multiple of four.
SKETCHED = 1_400

_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
# RFC 2047 6.2: white space between two adjacent encoded words is not shown.
_BETWEEN = re.compile(r"\?=\s+=\?")


def decode_header(value: str) -> str:
    """The value with encoded words decoded. A word of unknown charset stays as it is, for a person to see."""
    if "=?" not in value:
        return clean(value)
    pieces = _WORD.split(_BETWEEN.sub("?==?", value))
    texts: list[str] = []
    words: list[tuple[str, bytes | None, str]] = []
    for at in range(0, len(pieces), 4):
        if pieces[at]:
            texts.append(_joined(words))
            words = []
            texts.append(pieces[at])
        if at + 1 < len(pieces):
            charset, kind, data = pieces[at + 1 : at + 4]
            words.append((charset.partition("*")[0].lower(), _word_bytes(kind, data), f"=?{charset}?{kind}?{data}?="))
    texts.append(_joined(words))
    return clean("".join(texts))


def _word_bytes(kind: str, data: str) -> bytes | None:
    encoded = data.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(encoded, header=True)
    return decode_base64(encoded)


def _joined(words: list[tuple[str, bytes | None, str]]) -> str:
    """Adjacent words of one charset are decoded together: many mailers split in the middle of a character."""
    texts = []
    for charset, run in groupby(words, key=lambda word: word[0]):
        group = list(run)
        contents = [content for _, content, _ in group if content is not None]
        if len(contents) < len(group) or known_charset(charset) is None:
            texts.append("".join(shown for _, _, shown in group))
        else:
            texts.append(decode_bytes(b"".join(contents), charset)[0])
    return "".join(texts)


def decode_base64(data: bytes) -> bytes | None:
    """The bytes, forgiving line breaks, stray characters and lost padding; None where nothing of it is base64."""
    data = data.strip()
    if data.find(b"=", 0, max(0, len(data) - 2)) >= 0:
        # binascii stops at the first padding, and some mailers encode line by line.
        pieces = [_decode_piece(piece) for piece in _PADDING.split(data)]
        return b"".join(pieces) or None
    try:
        decoded = binascii.a2b_base64(data)
    except binascii.Error:
        decoded = _decode_piece(data)
    return decoded if decoded or not data else None


def sketch_base64(data: bytes) -> tuple[int, bytes] | None:
    """How many bytes `decode_base64` gives, and the first of them, at a third of its cost.

    None where that takes decoding all: what is short, and what is not just lines of base64.
    """
    if (
        len(data) < SHORTEST_SKETCHED
        or not (head := data[:SKETCHED].lstrip())
        or not (tail := data[-SKETCHED:].rstrip())
    ):
        return None
    before, behind = SKETCHED - len(head), SKETCHED - len(tail)
    # A large file is looked through once and never copied.
    rest = data.translate(None, _BASE64)[before : -behind or None]
    padding = rest.translate(None, b"\r\n")
    length = len(data) - before - behind - len(rest) + len(padding)
    start = data[before : before + 2 * SKETCHED].translate(None, b"\r\n")[:SKETCHED]
    is_plain = padding in (b"", b"=", b"==") and tail.endswith(padding) and length % 4 == 0 and len(start) == SKETCHED
    return (length // 4 * 3 - len(padding), binascii.a2b_base64(start)) if is_plain else None


def _decode_piece(data: bytes) -> bytes:
    kept = _NOT_BASE64.sub(b"", data)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PADDING = re.compile(rb"=+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
