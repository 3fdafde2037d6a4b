"""Address lists of headers (RFC 5322 3.4) in one pass: no recursion, linear in the length, nothing raised."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.mail.address import Address
from bot.mail.encoded_words import decode_header

# Nobody answers to more; whoever needs them all has the raw bytes.
MOST_ADDRESSES = 1000
LONGEST_REMEMBERED = 200

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"?|<([^<>]*)>?|([,;:()>])|([^",;:<>()]+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACE = re.compile(r"\s+")
# What no address may hold: white space, brackets, separators and control characters.
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"\x00-\x20\x7f]+@[^\s<>()@,;\"\x00-\x20\x7f]+")
_ANY_EMAIL = re.compile(r"[A-Za-z0-9._%+'=/-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}")


class _Entry:
    """One address while it is being read."""

    __slots__ = ("angle", "bare", "comments", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.bare: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None


def read_addresses(value: str) -> tuple[Address, ...]:
    """The addresses of one header value, group names and empty entries left out."""
    # Most mail goes to the same few mailboxes, and a sender writes more than once.
    return _read_again(value) if len(value) < LONGEST_REMEMBERED else _read_all(value)


def _read_all(value: str) -> tuple[Address, ...]:
    found = _read(value)
    if not found and "=?" in value:
        # Some mailers encode the whole entry, address and all.
        found = _read(decode_header(value))
    return tuple(found)


_read_again = lru_cache(maxsize=1000)(_read_all)


def _read(value: str) -> list[Address]:
    found: list[Address] = []
    entry = _Entry()
    depth = 0
    for match in _TOKEN.finditer(value):
        quoted, angle, mark, plain = match.groups()
        if mark == "(" or mark == ")":
            depth = depth + 1 if mark == "(" else max(0, depth - 1)
        elif depth:
            entry.comments.append(match.group())
        elif mark in (",", ";"):
            _finish(entry, found)
            entry = _Entry()
            if len(found) >= MOST_ADDRESSES:
                return found
        elif mark == ":":
            entry = _Entry()
        else:
            _take(entry, quoted, angle, plain)
    _finish(entry, found)
    return found


def _take(entry: _Entry, quoted: str | None, angle: str | None, plain: str | None) -> None:
    if quoted is not None:
        entry.words.append(_ESCAPED.sub(r"\1", quoted))
        # A quoted local part ("john doe"@example.com) is part of the address, a quoted name is not.
        entry.bare.append(f'"{quoted}"')
    elif angle is not None and (entry.angle is None or "@" not in entry.angle):
        entry.angle = angle
    elif plain is not None:
        entry.words.append(plain)
        entry.bare.append(plain)


def _finish(entry: _Entry, found: list[Address]) -> None:
    name = " ".join(entry.words)
    if entry.angle is None:
        email, name = "".join(entry.bare).strip(), " ".join(entry.comments)
    else:
        email = entry.angle
    email = _without_route(email.strip())
    if not _EMAIL.fullmatch(email):
        # Cut, because the search tries every start: no address is that long (RFC 5321 4.5.3.1).
        inner = _EMAIL.search(email[:1000]) if entry.angle is not None or " " in email else None
        if inner is None:
            return
        email = inner.group()
    found.append(Address(_SPACE.sub(" ", decode_header(name)).strip(" '"), email))


def _without_route(email: str) -> str:
    """RFC 5322 4.4: obsolete source routes, <@relay:user@host>."""
    return email.rpartition(":")[2] if email.startswith("@") else email


def address_in(text: str) -> str:
    """The first thing in running text that looks like an address, or ""."""
    found = _ANY_EMAIL.search(text) if "@" in text else None
    return found.group() if found else ""
