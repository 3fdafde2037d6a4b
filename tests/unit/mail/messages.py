"""Builders of raw messages for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence

TEXT = "Please add our PO to invoice 4711."


def make_raw(body: bytes | str = TEXT, *, drop: Sequence[str] = (), **headers: str) -> bytes:
    """A raw message; keyword arguments set headers (message_id for Message-ID), `drop` leaves some out."""
    fields = {
        "From": "Ada Byron <ada@acme.example>",
        "To": "icc@northgate.example",
        "Subject": "Invoice 4711",
        "Date": "Mon, 2 Mar 2026 10:00:00 +0000",
        "Message-ID": "<1@acme.example>",
    }
    for name, value in headers.items():
        spelled = name.replace("_", "-").title()
        fields = {key: old for key, old in fields.items() if key.lower() != spelled.lower()}
        fields[spelled] = value
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if name.lower() not in drop)
    content = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return head.encode() + b"\r\n" + content


def make_multipart(*parts: tuple[str, bytes | str], subtype: str = "mixed", **headers: str) -> bytes:
    """Each part is its header lines and its content."""
    return make_raw(join_parts(*parts), content_type=f'multipart/{subtype}; boundary="=_b"', **headers)


def join_parts(*parts: tuple[str, bytes | str], boundary: str = "=_b") -> bytes:
    mark = b"--" + boundary.encode()
    body = b""
    for head, content in parts:
        raw = content if isinstance(content, bytes) else content.encode()
        body += mark + b"\r\n" + head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + raw + b"\r\n"
    return body + mark + b"--\r\n"
