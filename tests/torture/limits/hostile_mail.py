"""Hostile messages, each made when it is needed: some are tens of megabytes."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

_HEAD = (
    b"From: Ann <ann@customer.example>\r\nTo: icc@northgate.example\r\nSubject: Invoice INV-55120\r\n"
    b"Message-ID: <hostile@customer.example>\r\nDate: Tue, 24 Nov 2026 09:00:00 -0500\r\nMIME-Version: 1.0\r\n"
)


def plain(text: str) -> bytes:
    return _HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def html(markup: str) -> bytes:
    return _HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + markup.encode()


def header(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode() + _HEAD + b"\r\nHello"


def attached(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    coded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return (
        _HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n'
        + f'Content-Type: {kind}; name="{name}"\r\n'.encode()
        + f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
        + coded
        + b"--b--\r\n"
    )


def many_parts(count: int) -> bytes:
    head = _HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * count + b"--b--\r\n"


def nested(depth: int) -> bytes:
    opening = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode() for level in range(depth)
    )
    return _HEAD + opening + b"Content-Type: text/plain\r\n\r\nHello"


def nested_messages(depth: int) -> bytes:
    return _HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: inner\r\n\r\nHello"


def zipped(size: int) -> bytes:
    """A few kilobytes that unpack to `size`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb.txt", "w") as file:
        for _ in range(size // 1_000_000):
            file.write(bytes(1_000_000))
    return target.getvalue()


def pdf_bomb(size: int) -> bytes:
    """A page whose content is a stream that inflates to `size`."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"(a) Tj " * 100_000) for _ in range(size // 700_000)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n"
    for number, each in enumerate(objects, 1):
        body += b"%d 0 obj%bendobj\n" % (number, each)
    return body + b"trailer<</Root 1 0 R>>"


_LOGO = "data:image/png;base64," + "A" * 20_000_000
_REPLY = "On Mon, Nov 23, 2026 at 10:00 AM Bob <b@x.example> wrote:\n"

MESSAGES: Mapping[str, Callable[[], bytes]] = {
    # Size.
    "40 MB attachment": lambda: attached("big.bin", bytes(40_000_000)),
    "20 MB of HTML": lambda: html("<p>Please add the PO to INV-55120.</p>\n" * 500_000),
    "20 MB of HTML without an end of a tag": lambda: html("<div " * 4_000_000),
    "20 MB of plain text": lambda: plain("Please add the PO to INV-55120.\n" * 600_000),
    "20 MB in one line": lambda: plain("INV-55120 " * 2_000_000),
    "20 MB picture in HTML": lambda: html(f'<img src="{_LOGO}"><p>Please add the PO.</p>'),
    "1 MB in one header": lambda: header("X-Long", "x" * 1_000_000),
    "1 MB in one subject": lambda: header("Subject", "Invoice " * 130_000),
    "1 MB of header lines": lambda: b"X-A: 1\r\n" * 130_000 + plain("Hello"),
    "1 MB of folded subject": lambda: header("Subject", "a\r\n " * 200_000 + "b"),
    "1 MB of references": lambda: header("References", " ".join(f"<{n}@x.example>" for n in range(60_000))),
    "1 MB of recipients": lambda: header("To", ", ".join(f"a{n}@x.example" for n in range(60_000))),
    "1 MB of Received": lambda: b"Received: from a by b; Tue, 24 Nov 2026 09:00:00 -0500\r\n" * 18_000 + plain("Hello"),
    # As much as a header block may hold.
    "480 kB of subject": lambda: header("Subject", "Invoice " * 60_000),
    "480 kB of folded subject": lambda: header("Subject", "a\r\n " * 96_000 + "b"),
    "480 kB of references": lambda: header("References", " ".join(f"<{n}@x.example>" for n in range(26_000))),
    "480 kB of recipients": lambda: header("To", ", ".join(f"a{n}@x.example" for n in range(26_000))),
    "480 kB of one recipient": lambda: header("To", "a" * 480_000 + "@x.example"),
    "480 kB of Message-ID": lambda: b"Message-ID: <" + b"a" * 480_000 + b"@x.example>\r\n" + plain("Hello"),
    "480 kB of header lines": lambda: b"X-A: 1\r\n" * 60_000 + plain("Hello"),
    "480 kB of Received": lambda: b"Received: from a by b; Tue, 24 Nov 2026 09:00:00 -0500\r\n" * 8_500 + plain("Hi"),
    "480 kB of Content-Type": lambda: header("Content-Type", "text/plain; charset=" + "x" * 480_000),
    "480 kB of date": lambda: b"Date: " + b"Tue, " * 96_000 + b"\r\n" + plain("Hello"),
    # Depth and parts.
    "10,000 parts": lambda: many_parts(10_000),
    "2,000 nested multiparts": lambda: nested(2_000),
    "2,000 nested messages": lambda: nested_messages(2_000),
    "100,000 nested tags": lambda: html("<div>" * 100_000 + "x" + "</div>" * 100_000),
    "100,000 table cells": lambda: html("<table>" + "<tr>" + "<td>1</td>" * 100_000 + "</tr></table>"),
    "5,000 nested tables": lambda: html("<table><tr><td>" * 5_000),
    "300 levels of quotes": lambda: plain("".join(">" * level + " x\n" for level in range(300)) * 50),
    # Bombs.
    "zip bomb": lambda: attached("bomb.zip", zipped(300_000_000), "application/zip"),
    "PDF bomb": lambda: attached("bomb.pdf", pdf_bomb(300_000_000), "application/pdf"),
    "500 PDFs without an end": lambda: attached("p.pdf", b"%PDF-1.4\n" + b"1 0 obj<<" * 500_000, "application/pdf"),
    # Bait for backtracking.
    "a million spaces": lambda: plain("Hello" + " " * 1_000_000 + "x"),
    "200,000 spaces in a line, again and again": lambda: plain((" " * 9_000 + "x\n") * 22),
    "a million line feeds": lambda: plain("Hello" + "\n" * 1_000_000 + "x"),
    "a million hyphens": lambda: plain("-" * 1_000_000),
    "long dashes and blanks": lambda: plain("-- \n" * 50_000),
    "On ... wrote, never closed": lambda: plain("On " * 60_000),
    "many beginnings of a reply": lambda: plain(_REPLY * 3_000),
    "From: without an end": lambda: plain("From: a\nSent: b\nTo: c\n" * 8_000),
    "digits without an end": lambda: plain("1" * 200_000),
    "digits and commas": lambda: plain("1,234," * 33_000),
    "amounts without an end": lambda: plain("$1,234.50 " * 20_000),
    "INV-INV-INV-": lambda: plain("INV-" * 50_000),
    "PO # # # #": lambda: plain("PO # " * 40_000),
    "at signs": lambda: plain("a@" * 100_000),
    "addresses without an end": lambda: plain("a.b." * 50_000 + "@"),
    "links without an end": lambda: plain("http://" * 30_000),
    "open brackets": lambda: plain("[" * 100_000 + "(" * 100_000),
    "states without an end": lambda: plain("New " * 50_000),
    "dates without an end": lambda: plain("12/31/" * 33_000),
    "slashes": lambda: plain("/" * 200_000),
    "capitals": lambda: plain("A" * 200_000),
    "underscores and letters": lambda: plain("a_" * 100_000),
    "zero-width characters": lambda: plain("\u200b" * 200_000),
    "combining characters": lambda: plain("a" + "\u0301" * 200_000),
    "unclosed comments in HTML": lambda: html("<!--" * 500_000),
    "unclosed scripts in HTML": lambda: html("<script>" * 250_000),
    "entities in HTML": lambda: html("&lt;" * 500_000),
    "styles in HTML": lambda: html('<p style="' + "color:white;" * 100_000 + '">x</p>'),
    "attributes in HTML": lambda: html("<p " + "a=1 " * 500_000 + ">x</p>"),
    "encoded words": lambda: header("Subject", "=?utf-8?q?a?= " * 32_000),
    "broken encoded words": lambda: header("Subject", "=?utf-8?q?" * 48_000),
    "quotes in an address": lambda: header("From", '"' * 200_000),
    "brackets in an address": lambda: header("From", "<" * 200_000),
    "comments in an address": lambda: header("From", "(" * 200_000),
    "parameters": lambda: header("Content-Type", "text/plain" + "; a*0*=x''b" * 40_000),
    "boundaries that are prefixes": lambda: (
        header("Content-Type", 'multipart/mixed; boundary="-"') + b"\r\n--" * 300_000
    ),
    "results of authentication": lambda: header("Authentication-Results", "mx; " + "dmarc=pass; " * 38_000),
    "a subject of Re:": lambda: header("Subject", "Re: " * 120_000),
    "tags in a subject": lambda: header("Subject", "[CD-1001] " * 45_000),
}
