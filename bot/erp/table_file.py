"""A file of the ERP → a table. What the file is, its first bytes tell; its name may lie."""

from __future__ import annotations

from pathlib import Path

from bot.erp.csv_file import table_from_text
from bot.erp.unreadable import UnreadableTableError
from bot.erp.workbook import table_from_workbook
from bot.ledger.table import Table

# An .xlsx file is a zip archive, an .xls file an OLE container.
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def read_table(path: Path, sheet: str | None = None) -> Table:
    """The table in a CSV or Excel file; of a workbook the named sheet, or the first that is not hidden."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableTableError(
            path.name, f"the file cannot be opened ({error.strerror})", "Check the path"
        ) from error
    if content.startswith(_WORKBOOK_STARTS):
        return table_from_workbook(path.name, content, sheet)
    return table_from_text(path.name, content)
