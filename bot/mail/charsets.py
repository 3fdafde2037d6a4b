"""Bytes to text, whatever the sender claims about them. The answer never holds NUL or lone surrogates."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# Browsers read these labels so (WHATWG Encoding), and so do the mailers that write them wrongly.
_READ_AS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "utf8": "utf-8",
}
_NO_CLAIM = frozenset(
    {"", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "unknown", "7bit", "8bit", "default", "utf-8"}
)
# Python codecs that are no charsets: quadratic, evaluating escapes, or always failing.
_NOT_FOR_MAIL = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_LABEL = re.compile(r"[a-z0-9][a-z0-9_+-]{0,39}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Enough to tell a language apart, small enough that a guess costs a few milliseconds at most.
SAMPLE = 4096


def clean(text: str) -> str:
    """Text that any database takes: PostgreSQL refuses NUL, every engine refuses lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        # Many times faster than a search, and refuses nothing but surrogates.
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def known_charset(label: str) -> str | None:
    """The codec for a charset label, or None where no text codec of that name exists."""
    label = label.strip().strip("\"'").lower()
    label = _READ_AS.get(label, label)
    if not _LABEL.fullmatch(label) or label.replace("_", "-") in _NOT_FOR_MAIL:
        return None
    try:
        name = codecs.lookup(label).name
        b"".decode(name)
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _NOT_FOR_MAIL else name


def decode_bytes(body: bytes, label: str) -> tuple[str, bool]:
    """The text, and whether its charset had to be guessed."""
    if body.isascii() and not label.lower().startswith(("utf-7", "utf-16", "utf-32", "iso-2022", "hz")):
        return clean(body.decode("ascii")), False
    for mark, name in _BOMS:
        if body.startswith(mark):
            return clean(body.decode(name, "replace")), False
    label = label.strip().strip("\"'").lower()
    try:
        return _decode_as_claimed(body, label)
    except (UnicodeError, LookupError):
        return _guess(body), True


def _decode_as_claimed(body: bytes, label: str) -> tuple[str, bool]:
    if label in _NO_CLAIM:
        # Valid UTF-8 beyond ASCII does not come about by chance, so no label is needed to trust it.
        return clean(body.decode("utf-8")), label not in ("utf-8", "")
    name = known_charset(label)
    if name is None:
        return _guess(body), True
    try:
        return clean(body.decode(name)), False
    except UnicodeDecodeError as error:
        if name == "cp1252":
            return clean(_as_windows(body)), False
        # One torn character should not cost the rest of a text whose label is otherwise right.
        if error.end - error.start < 8 and body.decode(name, "replace").count("\ufffd") * 50 < len(body):
            return clean(body.decode(name, "replace")), True
        raise


def _as_windows(body: bytes) -> str:
    """Windows-1252 with the five unassigned bytes read as spaces, so that nothing ever fails."""
    return body.translate(_WINDOWS_HOLES).decode("cp1252")


_WINDOWS_HOLES = bytes(0x20 if code in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else code for code in range(256))


def _guess(body: bytes) -> str:
    try:
        return clean(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    torn = body.decode("utf-8", "replace")
    if torn.count("\ufffd") * 200 < len(torn):
        # Mostly good UTF-8 with some junk; but few 8-bit bytes in a long ASCII text are rather Windows-1252.
        if any(ord(char) > 0x7F and char != "\ufffd" for char in torn):
            return clean(torn)
        return clean(_as_windows(body))
    sample = _interesting(body)
    if len(_BEYOND_ASCII.findall(sample)) < FEWEST_BYTES_TO_GUESS_BY:
        return clean(_as_windows(body))
    best = from_bytes(sample, cp_isolation=_NOT_WESTERN).best()
    # Of the Western code pages only Windows-1252 is what a mailer without a label means.
    return clean(body.decode(best.encoding, "replace") if best is not None else _as_windows(body))


# The scripts that a few bytes tell apart; Central European pages look too much like the Western one.
_NOT_WESTERN = [
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
    "cp874",
]
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
FEWEST_BYTES_TO_GUESS_BY = 24


def _interesting(body: bytes) -> bytes:
    """A bounded sample that begins shortly before the first byte beyond ASCII."""
    first = _BEYOND_ASCII.search(body)
    start = max(0, first.start() - 200) if first else 0
    return body[start : start + SAMPLE]
