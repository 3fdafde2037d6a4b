"""A PDF of a few lines of text, written by hand: small, valid, and the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence

_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
)
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def pdf_of(lines: Sequence[str]) -> bytes:
    stream = _page_stream(lines)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        _FONT,
    )
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + entries + trailer


def _page_stream(lines: Sequence[str]) -> bytes:
    shown = (_escaped(line) for line in lines)
    return b"BT /F1 11 Tf 16 TL 72 720 Td\n" + b"\n".join(b"(%s) Tj T*" % line for line in shown) + b"\nET"


def _escaped(line: str) -> bytes:
    bare = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return bare.encode("cp1252", "replace")
