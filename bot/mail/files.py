"""What an enclosed file is by its bytes, and a name under which it can be kept."""

from __future__ import annotations

import re

_SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP_NAMES = {
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "docx": _OFFICE + "wordprocessingml.document",
    "pptx": _OFFICE + "presentationml.presentation",
}
_OLE_NAMES = {"xls": "application/vnd.ms-excel", "doc": "application/msword", "msg": "application/vnd.ms-outlook"}
# Claims that only the bytes can prove: a page must never serve something else under these names.
_MUST_PROVE = frozenset({"application/pdf", "application/zip", "image/png", "image/jpeg", "image/gif"})
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,200}-->\s*)?<(!doctype html|html|head|body|script|iframe|svg)\b", re.I
)

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.I)
LONGEST_NAME = 120


def sniff(content: bytes, declared: str, name: str) -> str:
    """The content type by the bytes where they tell, else as declared; an unproven PDF or image is octet-stream."""
    for sign, content_type in _SIGNS:
        if content.startswith(sign):
            return _OLE_NAMES.get(_ending(name), content_type) if content_type.endswith("ole-storage") else content_type
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    if content.startswith(_ZIPPED):
        if declared.startswith(_OFFICE):
            return declared
        return _ZIP_NAMES.get(_ending(name), "application/zip")
    html = _HTML_START.match(content[:1024])
    if html:
        return "image/svg+xml" if html[1].lower() == b"svg" else "text/html"
    return "application/octet-stream" if declared in _MUST_PROVE else declared


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def safe_name(name: str, content_type: str) -> str:
    """A file name without paths, control and direction characters, reserved words or excess length."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", name).strip(" .")
    if not name.strip("_"):
        name = "file." + _DEFAULT_ENDINGS.get(content_type, "bin")
    if _RESERVED.match(name):
        name = "_" + name
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if dot and len(ending) <= 10 else ""
        name = (stem or name)[: LONGEST_NAME - len(ending)] + ending
    return name


_DEFAULT_ENDINGS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "text/calendar": "ics",
    "message/rfc822": "eml",
}
