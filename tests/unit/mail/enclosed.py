"""Enclosed files as they come in mail, made byte by byte: PDF, winmail.dat, and a message saved in Outlook."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence

import xlsxwriter

SECTOR = 512
# MS-CFB keeps streams shorter than this in a stream of their own kind; these are padded instead.
SHORTEST_STREAM = 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def make_pdf(*pages: Sequence[str]) -> bytes:
    """One page for each list of lines; an empty list is a page without any text."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode())
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    for number, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        content = f"BT /F1 11 Tf 72 720 Td {shown}ET".encode()
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            + f"/Contents {5 + 2 * number} 0 R>>".encode()
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def make_workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as workbook:
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return packed.getvalue()


def make_tnef(body: str = "", files: Mapping[str, bytes] | None = None) -> bytes:
    """A winmail.dat (MS-OXTNEF 2.1): the body as plain text, then each file with its title and content."""
    out = struct.pack("<IH", 0x223E9F78, 1) + _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    if body:
        out += _attribute(1, 0x0002800C, body.encode("cp1252") + b"\0")
    for name, content in (files or {}).items():
        out += _attribute(2, 0x00069002, b"\1\0" + b"\xff" * 12)
        out += _attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
        out += _attribute(2, 0x0006800F, content)
    return out


def _attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) % 65536)


def make_outlook_message(head: str, subject: str, text: str) -> bytes:
    """A .msg file (MS-OXMSG) with transport headers, subject and body, in a compound file (MS-CFB)."""
    streams = {"007D001F": head, "0037001F": subject, "1000001F": text}
    contents = [value.encode("utf-16-le").ljust(SHORTEST_STREAM, b"\0") for value in streams.values()]
    sizes = [-(-len(content) // SECTOR) for content in contents]
    table = [FAT, END]
    starts = []
    for size in sizes:
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + size), END]
    names = ["Root Entry", *(f"__substg1.0_{tag}" for tag in streams)]
    entries = [_entry(names[0], 5, FREE, FREE, 1, END, 0)]
    # Each sibling hangs to the right of the one before it.
    for at, (name, start, content) in enumerate(zip(names[1:], starts, contents, strict=True), start=1):
        entries.append(_entry(name, 2, FREE, at + 1 if at < len(streams) else FREE, FREE, start, len(content)))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, SHORTEST_STREAM),
        *(END, 0, END, 0),
    )
    header += struct.pack("<109I", 0, *([FREE] * 108))
    fat = struct.pack(f"<{SECTOR // 4}I", *table, *([FREE] * (SECTOR // 4 - len(table))))
    data = b"".join(content.ljust(size * SECTOR, b"\0") for content, size in zip(contents, sizes, strict=True))
    return header + fat + b"".join(entries) + data


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    places = struct.pack("<III16sI16sIQ", left, right, child, b"", 0, b"", start, size)
    return wide.ljust(64, b"\0") + struct.pack("<HBB", len(wide), kind, 1) + places
