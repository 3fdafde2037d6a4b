"""Content-Type and Content-Disposition values: a token and its parameters, RFC 2231 forms joined and decoded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from bot.mail.charsets import decode_bytes
from bot.mail.encoded_words import decode_header

# Beyond this a parameter list is bait for a parser, not a file name.
LONGEST_VALUE = 16_384
LONGEST_REMEMBERED = 100

_PARAMETER = re.compile(r';[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))')
_ESCAPED = re.compile(r"\\(.)")
_SECTION = re.compile(r"(.+?)\*(\d{1,3})?(\*)?")


def read_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """The lower-case token, and its parameters by lower-case name. Of a repeated parameter the first counts."""
    # Most parts of most mail say one of a few things: text/plain in UTF-8, no disposition.
    return _read_again(value) if len(value) < LONGEST_REMEMBERED else _read(value[:LONGEST_VALUE])


def _read(value: str) -> tuple[str, Mapping[str, str]]:
    token = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        content = _ESCAPED.sub(r"\1", quoted) if quoted else bare.strip()
        section = _SECTION.fullmatch(name) if "*" in name else None
        if section is None:
            plain.setdefault(name.lower(), content)
        else:
            number, starred = int(section[2] or 0), section[2] is None or section[3] is not None
            sections.setdefault(section[1].lower(), []).append((number, starred, content))
    for name, found in sections.items():
        plain[name] = _joined(sorted(found, key=lambda piece: piece[0]))
    return token, plain


_read_again = lru_cache(maxsize=500)(_read)


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231: charset'language'percent-encoded, possibly cut into numbered pieces."""
    charset, content = "", b""
    for number, starred, text in pieces:
        if starred and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text) if starred else text.encode("utf-8", "replace")
    return decode_bytes(content, charset)[0]


def read_file_name(disposition: Mapping[str, str], content_type: Mapping[str, str]) -> str:
    """The name as the sender gave it; RFC 2047 words in it are forbidden and common."""
    return decode_header(disposition.get("filename") or content_type.get("name") or "").strip()
