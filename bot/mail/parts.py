"""The MIME tree of a message, walked from its bytes without recursion: every leaf, in order."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.errors import UnparsableMessageError
from bot.mail.encoded_words import decode_base64, sketch_base64
from bot.mail.headers import Head, read_head, read_part_head
from bot.mail.parameters import read_file_name, read_parameters

MOST_HEADER_BYTES = 512_000
MOST_PARTS = 1_000
DEEPEST = 50
# White space that gateways leave behind a boundary.
MOST_PADDING = 200

_HEAD_END = re.compile(rb"\n\r?\n")
_DASH_LINE = re.compile(rb"^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?$", re.MULTILINE)
_DIGEST = "multipart/digest"


class Part(NamedTuple):
    """One leaf. `group` numbers the multipart/alternative it stands in (0: none), `container` is the type around it."""

    head: Head
    content_type: str
    charset: str
    name: str
    disposition: str
    encoded: bytes
    group: int
    container: str

    def content(self) -> bytes:
        return undo_transfer_encoding(self.encoded, self.head.raw("content-transfer-encoding"))

    def sketch(self) -> tuple[int, bytes] | None:
        """The size of the content and its beginning, where both can be told without decoding all of it."""
        is_base64 = _encoding_of(self.head.raw("content-transfer-encoding")) == "base64"
        return sketch_base64(self.encoded) if is_base64 else None


class _Node(NamedTuple):
    """Where a part begins and ends in the bytes of the message: those of a large file are not copied level by level."""

    start: int
    end: int
    depth: int
    group: int
    container: str


def bounded_head(raw: bytes) -> Head:
    """The head of a message. Raises UnparsableMessageError where it is too large to be read at all."""
    ends = _HEAD_END.search(raw, 0, MOST_HEADER_BYTES + 3) if len(raw) > MOST_HEADER_BYTES else None
    if len(raw) > MOST_HEADER_BYTES and (ends is None or ends.start() >= MOST_HEADER_BYTES):
        raise UnparsableMessageError(f"The header block is larger than {MOST_HEADER_BYTES // 1000} kB.")
    return read_head(raw)


def walk(raw: bytes, head_of_all: Head | None = None) -> Iterator[Part]:
    """Every leaf of the message. An enclosed message is a leaf, whatever it holds.

    `head_of_all` is its head, where that was read already.
    """
    head_of_all = head_of_all or bounded_head(raw)
    waiting = [_Node(0, len(raw), 0, 0, "")]
    seen = groups = 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise UnparsableMessageError(f"The message has more than {MOST_PARTS} parts.")
        # Empty lines before a message are passed over, but at the start of a part they are its whole head.
        is_read = seen == 1 and raw[:1] not in (b"\r", b"\n")
        head = head_of_all if is_read else read_part_head(raw, node.start, node.end)
        content_type, parameters = _type_of(head, node.container)
        if content_type.startswith("multipart/"):
            if node.depth >= DEEPEST:
                raise UnparsableMessageError(f"The parts are nested more than {DEEPEST} deep.")
            children = split_multipart(raw, parameters.get("boundary", ""), head.body_start, node.end)
            if children is not None:
                groups += content_type == "multipart/alternative"
                group = groups if content_type == "multipart/alternative" else node.group
                if len(children) + seen > MOST_PARTS:
                    raise UnparsableMessageError(f"The message has more than {MOST_PARTS} parts.")
                waiting.extend(_Node(*child, node.depth + 1, group, content_type) for child in reversed(children))
                continue
            # Without any boundary the text is all there is to save.
            content_type = "text/plain"
        yield _leaf(node, head, raw[head.body_start : node.end], content_type, parameters)


def _type_of(head: Head, container: str) -> tuple[str, Mapping[str, str]]:
    content_type, parameters = read_parameters(head.raw("content-type"))
    if content_type == "text":
        content_type = "text/plain"
    if content_type.count("/") != 1 or content_type.startswith("/") or content_type.endswith("/"):
        # RFC 2045 5.2 and RFC 2046 5.1.5: what an absent or broken type stands for.
        content_type = "message/rfc822" if container == _DIGEST else "text/plain"
    return content_type, parameters


def _leaf(node: _Node, head: Head, body: bytes, content_type: str, parameters: Mapping[str, str]) -> Part:
    disposition, options = read_parameters(head.raw("content-disposition")) if head.fields else ("", {})
    name = read_file_name(options, parameters)
    return Part(head, content_type, parameters.get("charset", ""), name, disposition, body, node.group, node.container)


def split_multipart(raw: bytes, boundary: str, start: int, end: int) -> list[tuple[int, int]] | None:
    """Where the parts between the boundary lines begin and end, in the body that lies between these places.

    None where there is no boundary line at all.
    """
    mark = b"--" + boundary.rstrip().encode("utf-8", "replace") if boundary.strip() else b""
    cuts = _boundary_lines(raw, mark, start, end) if mark else []
    if not cuts:
        guessed = _DASH_LINE.search(raw, start, end)
        cuts = _boundary_lines(raw, b"--" + guessed[1], start, end) if guessed else []
    if not cuts or cuts[0][2]:
        return None
    begins = [begin for _, begin, is_last in cuts if not is_last]
    ends = [*(before for before, _, _ in cuts[1:]), end]
    # Between two boundary lines without anything between them the first part would end before it begins.
    return [(begin, max(begin, before)) for begin, before in zip(begins, ends, strict=False)]


def _boundary_lines(raw: bytes, mark: bytes, start: int, end: int) -> list[tuple[int, int, bool]]:
    """For each boundary line: where the part before it ends, where the next begins, whether it is the closing one."""
    cuts = []
    at = raw.find(mark, start, end)
    while at >= 0:
        # Only a short look ahead: a body without line ends would be read again from every mark to its end.
        ahead = min(end, at + len(mark) + MOST_PADDING)
        line_end = raw.find(b"\n", at, ahead)
        after = line_end + 1 if line_end >= 0 else ahead
        rest = raw[at + len(mark) : after].strip() if line_end >= 0 or after == end else b"no boundary"
        if (at == start or raw[at - 1 : at] == b"\n") and rest in (b"", b"--"):
            # RFC 2046 5.1.1: the line end before the boundary belongs to the boundary.
            before = at - 2 if raw[max(start, at - 2) : at] == b"\r\n" else max(start, at - 1)
            cuts.append((before, after, rest == b"--"))
            if rest == b"--" or len(cuts) > MOST_PARTS:
                break
        at = raw.find(mark, at + len(mark), end)
    return cuts


def undo_transfer_encoding(body: bytes, encoding: str) -> bytes:
    """Decode base64 and quoted-printable; every other word, known or not, is taken for 8bit."""
    encoding = _encoding_of(encoding)
    if encoding == "base64":
        decoded = decode_base64(body)
        return body if decoded is None else decoded
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    return body


def _encoding_of(value: str) -> str:
    return value.partition(";")[0].strip().lower()
