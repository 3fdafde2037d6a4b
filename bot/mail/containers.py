"""What can be opened of the closed forms that mail comes in: winmail.dat, signed S/MIME, and Outlook's .msg files.

Opened only where the bytes let it be without a key. The libraries are loaded with the first such part. Whatever they
fail with over damaged bytes leaves as None: the part is then a container that nobody has read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

TNEF = "application/ms-tnef"
SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
OUTLOOK = "application/vnd.ms-outlook"
# tnefparse copies what is left at every entry, so a large container of small entries would take for ever.
MOST_TNEF_BYTES = 25_000_000
MOST_TNEF_ENTRIES = 5_000
_SMALLEST_ENTRY = 11
# What the libraries raise over damaged bytes: they index, unpack and decode without checking.
_DAMAGED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, OSError, struct.error)


@dataclass(frozen=True, slots=True)
class Opened:
    """`text` and `html` are the body that the container holds, "" where it holds none; `files` are names and bytes."""

    text: str = ""
    html: str = ""
    files: Sequence[tuple[str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class OutlookMessage:
    """`head` are the transport headers, "" where the message never travelled."""

    head: str
    sender: str
    subject: str
    text: str


def open_tnef(content: bytes) -> Opened | None:
    """A winmail.dat (MS-OXTNEF). None where it is damaged, or holds its body in no form that can be read."""
    if len(content) > MOST_TNEF_BYTES or not _is_whole_tnef(content):
        return None
    tnefparse = import_module("tnefparse")
    try:
        found = tnefparse.TNEF(content, do_checksum=False)
        text, html = _decoded(found.body), _decoded(found.htmlbody)
        files = [(str(one.long_filename()), bytes(one.data)) for one in found.attachments if one.data]
    except _DAMAGED:
        return None
    if not (text or html or files):
        return None
    return Opened(text, html, files)


def _is_whole_tnef(content: bytes) -> bool:
    """Whether the entries, by their lengths alone, are not too many and end within the bytes."""
    at, count = 6, 0
    while at + _SMALLEST_ENTRY < len(content) and count <= MOST_TNEF_ENTRIES:
        at += int.from_bytes(content[at + 5 : at + 9], "little") + _SMALLEST_ENTRY
        count += 1
    return count <= MOST_TNEF_ENTRIES and at <= len(content) and not content[at:].strip(b"\0")


def open_signed(content: bytes) -> bytes | None:
    """The MIME entity inside an opaque signature (RFC 8551 3.5.2). None where it is encrypted or damaged.

    The signature is not checked: it proves nothing here that a sender's account would rest on.
    """
    cms = import_module("asn1crypto.cms")
    try:
        outer = cms.ContentInfo.load(content)
        if outer["content_type"].native != "signed_data":
            return None
        inner = outer["content"]["encap_content_info"]["content"].native
    except _DAMAGED:
        return None
    return inner if isinstance(inner, bytes) and inner.strip() else None


def open_outlook(content: bytes) -> OutlookMessage | None:
    """An Outlook message saved as a file (MS-OXMSG). None where it is damaged."""
    olefile = import_module("olefile")
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            return OutlookMessage(
                head=_property(ole, "007D"),
                sender=_property(ole, "5D01") or _property(ole, "0C1F"),
                subject=_property(ole, "0037"),
                text=_property(ole, "1000").replace("\r\n", "\n"),
            )
    except _DAMAGED:
        return None


def _property(ole: Any, tag: str) -> str:
    """A text property: as UTF-16 (type 001F), else in a code page of eight bits (001E)."""
    for kind, charset in (("001F", "utf-16-le"), ("001E", "cp1252")):
        name = f"__substg1.0_{tag}{kind}"
        if ole.exists(name):
            return str(ole.openstream(name).read().decode(charset, "replace")).rstrip("\0")
    return ""


def _decoded(body: object) -> str:
    if isinstance(body, list | tuple):
        body = body[0] if body else ""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace") if _is_utf8(body) else body.decode("cp1252", "replace")
    return str(body or "").rstrip("\0").replace("\r\n", "\n")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
