"""Sample mail as bytes: headers as they arrive at a large company, bodies in every usual encoding, odd mail."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from random import Random

from benchmarks.letters import as_html

EOL = b"\r\n"
DESK = "icc@northgate.example"


def head_of(fields: Sequence[tuple[str, str]], dice: Random, at: datetime) -> list[bytes]:
    """The fields of the writer below those of the servers that the message came through."""
    date = format_datetime(at)
    trace = [
        f"Received: from edge{hop}.northgate.example (10.1.{hop}.7)\r\n by store{hop}.northgate.example with ESMTPS "
        f"id {dice.randbytes(8).hex()};\r\n {date}"
        for hop in range(dice.randrange(2, 6))
    ]
    seal = base64.b64encode(dice.randbytes(258)).decode()
    signature = "\r\n ".join(seal[start : start + 72] for start in range(0, len(seal), 72))
    trace.append(
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; s=s1;\r\n h=from:to:subject:date;\r\n b={signature}"
    )
    trace.append("Authentication-Results: mx.northgate.example; dkim=pass; spf=pass; dmarc=pass")
    trace.append(f"X-MS-Exchange-Organization-Network-Message-Id: {dice.randbytes(16).hex()}")
    written = [f"{name}: {_encoded(value)}" for name, value in (*fields, ("Date", date), ("MIME-Version", "1.0"))]
    return [line.encode() for line in (*trace, *written)]


def _encoded(value: str) -> str:
    if value.isascii():
        return value
    text, bracket, address = value.partition(" <")
    return Header(text, "utf-8").encode(linesep="\r\n") + bracket + address


def message(head: Sequence[bytes], body: bytes) -> bytes:
    """The body begins with its own Content headers."""
    return EOL.join(head) + EOL + body


def text_part(text: str, dice: Random, kind: str = "plain") -> bytes:
    """Plain or HTML text in one of the usual transfer encodings."""
    raw = text.replace("\n", "\r\n").encode()
    roll = dice.random()
    if roll < 0.6 or (roll < 0.85 and not text.isascii()):
        encoding, body = "quoted-printable", binascii.b2a_qp(raw)
    elif roll < 0.93 and text.isascii():
        encoding, body = "7bit", raw
    elif roll < 0.97:
        encoding, body = "base64", base64.encodebytes(raw).replace(b"\n", EOL)
    else:
        encoding, body = "8bit", raw
    fields = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return fields.encode() + body + EOL


def multipart(kind: str, parts: Sequence[bytes], dice: Random, extra: str = "") -> bytes:
    boundary = f"_000_{dice.randbytes(12).hex()}_"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}\r\n\r\n'.encode()
    cuts = b"".join(b"--" + boundary.encode() + EOL + part + EOL for part in parts)
    return head + cuts + b"--" + boundary.encode() + b"--" + EOL


def body_of(text: str, dice: Random) -> bytes:
    """Mostly both renderings, as Outlook and Gmail send them; some plain, a few HTML alone."""
    roll = dice.random()
    if roll < 0.2:
        return text_part(text, dice)
    if roll < 0.28:
        return text_part(as_html(text), dice, "html")
    return multipart("alternative", [text_part(text, dice), text_part(as_html(text), dice, "html")], dice)


def file_part(name: str, content_type: str, content: bytes, *, inline: bool = False) -> bytes:
    place = f"inline\r\nContent-ID: <{name}@northgate>" if inline else "attachment"
    head = (
        f'Content-Type: {content_type}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: {place.partition(chr(13))[0]}; filename="{name}"\r\n'
    )
    if inline:
        head += place.partition("\r\n")[2] + "\r\n"
    return head.encode() + EOL + base64.encodebytes(content).replace(b"\n", EOL)


def pdf(dice: Random) -> bytes:
    """30 to 300 kB: a page of text, and a picture, whose compressed bytes look like noise."""
    noise = dice.randbytes(dice.randrange(30_000, 300_000))
    lines = "".join(
        f"({dice.choice(('Item', 'Freight', 'Service'))} {dice.randrange(10_000)}) Tj 0 -14 Td " for _ in range(30)
    )
    shown = f"BT /F1 11 Tf 72 720 Td {lines}ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[4 0 R]>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/XObject/Subtype/Image/Length %d>>stream\n%s\nendstream" % (len(noise), noise),
    )
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = b""
    for number, body in enumerate(objects, start=1):
        places += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj%s endobj\n" % (number, body)
    count = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>" % (count, places, count)
    return bytes(out) + b"\nstartxref\n%d\n%%%%EOF\n" % out.index(b"xref\n0")


def logo(dice: Random) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + dice.randbytes(dice.randrange(1_500, 9_000))


def bounce(failed: str, returned: bytes, dice: Random) -> bytes:
    said = f"Your message to {failed} could not be delivered: 550 5.1.1 user unknown."
    report = f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {failed}\r\n"
    report += "Action: failed\r\nStatus: 5.1.1\r\n"
    parts = [
        text_part(said, dice),
        b"Content-Type: message/delivery-status\r\n\r\n" + report.encode(),
        b"Content-Type: message/rfc822\r\n\r\n" + returned,
    ]
    return multipart("report", parts, dice, "; report-type=delivery-status")


def broken(kind: int, whole: bytes, dice: Random) -> bytes:
    """Mail as it should not be, of one of BROKEN_KINDS kinds."""
    head, _, body = whole.partition(EOL + EOL)
    ways = (
        lambda: whole[: len(whole) // 3],
        lambda: whole.replace(b"boundary=", b"bound="),
        lambda: whole.replace(b"utf-8", b"x-unknown-1"),
        lambda: b"\x00\x00" + whole.replace(b"a", b"\x00", 40),
        lambda: body,
        lambda: head.replace(b"Subject: ", b"Subject: Pr\xfcfung \xff\xfe ") + EOL + EOL + body,
        lambda: head.replace(b"Date: ", b"Date: yesterday ") + EOL + EOL + body,
        lambda: head + EOL + b"X-Long: " + b"x" * 600_000 + EOL + EOL + body,
        lambda: _nested(head, dice),
        lambda: zlib.compress(whole),
    )
    return ways[kind % len(ways)]()


BROKEN_KINDS = 10


def _nested(head: bytes, dice: Random) -> bytes:
    inner = text_part("the innermost", dice)
    for _ in range(60):
        inner = multipart("mixed", [inner], dice)
    lines = [line for line in head.split(EOL) if not line.lower().startswith((b"content-type", b"content-transfer"))]
    return EOL.join(lines) + EOL + inner
