"""Delimited text → a table: character set, delimiter and line numbers."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from bot.erp.unreadable import UnreadableTableError
from bot.ledger.table import Row, Table

_DELIMITERS = (",", ";", "\t", "|")
_SAVE_AGAIN = "Save it again as CSV UTF-8, or as an Excel workbook"


def table_from_text(name: str, content: bytes) -> Table:
    text = _decoded(name, content)
    delimiter, skipped = _delimiter(text)
    records = [row for row in _records(name, text, delimiter, skipped) if any(str(cell).strip() for cell in row.cells)]
    if not records:
        raise UnreadableTableError(name, "the file is empty", "Export it again with a header line")
    header = tuple(str(cell).strip() for cell in records[0].cells)
    return Table(name, header, tuple(records[1:]))


def _decoded(name: str, content: bytes) -> str:
    # Excel's "Unicode text" is UTF-16 with a byte order mark; without one UTF-16 cannot be told from other binary data.
    forms = ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "cp1252")
    for form in forms:
        try:
            text = content.decode(form)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTableError(name, "this is neither text nor an Excel workbook", _SAVE_AGAIN)


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter and the number of lines before the header.

    Only the header line is asked, outside of quotation marks: free text further down is full of commas, which is what
    makes csv.Sniffer guess wrong.
    """
    for skipped, line in enumerate(io.StringIO(text, newline=None)):
        bare = line.rstrip("\n")
        if bare.lower().startswith("sep=") and len(bare) == len("sep=") + 1:
            return bare[-1], skipped + 1
        if bare.strip(' ,;|\t"'):
            outside = "".join(bare.split('"')[::2])
            return max(_DELIMITERS, key=outside.count), skipped
    return _DELIMITERS[0], 0


def _records(name: str, text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    lines = list(io.StringIO(text, newline=""))[skipped:]
    # A quotation mark inside of a value, as in ACME "Best" Inc, is taken as it is; `strict` would refuse all.
    reader = csv.reader(lines, delimiter=delimiter)
    begins = 0
    try:
        for cells in reader:
            if reader.line_num - begins > 1:
                _refuse_open_quote(name, lines[begins : reader.line_num], begins + skipped + 1)
            yield Row(begins + skipped + 1, tuple(cells))
            begins = reader.line_num
    except csv.Error as error:
        raise UnreadableTableError(
            name, f"line {begins + skipped + 1} cannot be read ({error})", _SAVE_AGAIN
        ) from error


def _refuse_open_quote(name: str, lines: list[str], line: int) -> None:
    """A quotation mark that is never closed swallows the rest of the file into one cell."""
    if sum(part.count('"') for part in lines) % 2:
        raise UnreadableTableError(name, f"a quotation mark opened on line {line} is never closed", "Correct that line")
