"""The text of enclosed PDF files and workbooks, for the numbers in it. Runs where it can be stopped.

The libraries are loaded with the first such file: most mail encloses none, and a parser that starts anew must be quick.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from bot.mail.flag import Flag
from bot.mail.masking import mask
from bot.mail.message import Attachment, InboundMessage

PDF = "application/pdf"
WORKBOOKS = frozenset({"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel"})
# Larger ones are scans and drawings, whose numbers are no text.
MOST_BYTES = 10_000_000
# A statement names what it is about on its first pages; the rest is for the person who opens it.
MOST_PAGES = 20
MOST_SHEETS, MOST_ROWS = 5, 2_000
LONGEST_TEXT = 40_000
# Between two pages or sheets, so that a place in the text tells which it is.
PAGE_END = "\f"


def may_have_text(one: Attachment) -> bool:
    """Whether it is worth reading: a PDF or workbook of a bearable size that is no picture in the text."""
    is_kind = one.content_type == PDF or one.content_type in WORKBOOKS
    return is_kind and not one.is_inline and one.size <= MOST_BYTES


def text_of(content: bytes, content_type: str) -> str | None:
    """What it says, pages or sheets divided by PAGE_END, card and account numbers covered. None: it cannot be read.

    A locked or broken file cannot be read, and neither can one of pictures only.
    """
    text = _pdf_text(content) if content_type == PDF else _workbook_text(content)
    return mask(text[:LONGEST_TEXT]) if text is not None and text.strip() else None


def _pdf_text(content: bytes) -> str | None:
    pdfium = import_module("pypdfium2")
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return None
    try:
        pages: list[str] = []
        length = 0
        for number in range(min(len(document), MOST_PAGES)):
            pages.append(_page_text(document, number, pdfium.PdfiumError))
            length += len(pages[-1])
            if length >= LONGEST_TEXT:
                break
        return PAGE_END.join(pages)
    finally:
        document.close()


def _page_text(document: Any, number: int, broken: type[Exception]) -> str:
    """One page; a broken one says nothing, and the others still do."""
    try:
        return str(document[number].get_textpage().get_text_bounded()).replace("\r\n", "\n")
    except broken:
        return ""


def _workbook_text(content: bytes) -> str | None:
    calamine = import_module("python_calamine")
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            names = workbook.sheet_names[:MOST_SHEETS]
            return PAGE_END.join(_sheet_text(workbook.get_sheet_by_name(name)) for name in names)
    except calamine.CalamineError:
        return None


def _sheet_text(sheet: Any) -> str:
    rows = sheet.to_python(skip_empty_area=True, nrows=MOST_ROWS)
    return "\n".join(" | ".join(_cell_text(cell) for cell in row) for row in rows)


def _cell_text(cell: object) -> str:
    # A number of a document is a number to Excel: 5510.0 is written 5510.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def with_file_texts(message: InboundMessage, texts: Sequence[str | None] | None) -> InboundMessage:
    """The message with what its files say, one text for each attachment. None in place of all: reading them failed."""
    told = texts if texts is not None and len(texts) == len(message.attachments) else [None] * len(message.attachments)
    is_unread = any(text is None and may_have_text(one) for one, text in zip(message.attachments, told, strict=True))
    return replace(
        message,
        attachments=tuple(
            replace(one, text=text) if text is not None and may_have_text(one) else one
            for one, text in zip(message.attachments, told, strict=True)
        ),
        flags=(*message.flags, Flag.FILE_UNREAD) if is_unread else message.flags,
    )
