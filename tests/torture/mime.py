"""Mail of several parts, written part by part."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode

from tests.torture.words import letter

ASK = "Please add our PO to INV-1."


def plain(kind: str, body: str, **replaced: bytes) -> bytes:
    """A letter with this Content-Type and whatever further fields stand below it."""
    return letter(f"MIME-Version: 1.0\nContent-Type: {kind}", body, **replaced)


def mixed(*parts: str, kind: str = "mixed", end: str = "--b--", head: str = "", **replaced: bytes) -> bytes:
    body = "\n".join(f"--b\n{part.strip()}\n" for part in parts)
    fields = f'{head}\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"'
    return letter(fields, f"{body}\n{end}", **replaced)


def text(body: str = ASK) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{body}"


def html(body: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{body}"


def file(content: bytes, name: str, kind: str = "application/octet-stream", disposition: str = "attachment") -> str:
    encoded = b64encode(content).decode()
    return (
        f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\nContent-Disposition: {disposition}; {name}\n\n"
        f"{encoded}"
    )


def zipped(inner: bytes, name: str = "inner.bin") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, inner)
    return packed.getvalue()
