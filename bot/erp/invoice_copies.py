"""Copies of invoices as the ERP lays them down: a folder of PDF files, each named by its invoice's number."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from bot.errors import TransientError
from bot.mail.message import Attachment

# A number with a slash, or one that begins with a dot, names no file here.
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PDF = b"%PDF-"
# Larger than a whole mail may be; it is left out rather than read.
_LARGEST = 14_000_000


class InvoiceCopyFolder:
    """See `ports.InvoiceCopies`. Without a folder there are no copies."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, number: str) -> Attachment | None:
        if self._folder is None or not _NUMBER.fullmatch(number):
            return None
        path = self._folder / f"{number}.pdf"
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST:
                return None
            content = path.read_bytes()
        except OSError as error:
            raise TransientError(f"the copy of invoice {number} cannot be read: {error.strerror}") from error
        if not content.startswith(_PDF):
            # The ERP is still writing it, or it is something else.
            return None
        return Attachment(path.name, "application/pdf", len(content), sha256(content).hexdigest(), content)
