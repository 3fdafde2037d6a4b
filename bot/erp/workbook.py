"""An Excel workbook → a table. The only module that knows calamine."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from bot.erp.unreadable import UnreadableTableError
from bot.ledger.table import Cell, Row, Table, cell_text

_SAVE_AGAIN = "Open it in Excel and save it again as .xlsx"
# Excel computes with this many digits; beyond them a float shows dust such as 0.30000000000000004.
_EXCEL_DIGITS = 15


def table_from_workbook(name: str, content: bytes, wanted: str | None) -> Table:
    """Values only: a formula counts as the result that Excel stored with it, and nothing is computed here."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheet = _sheet(name, workbook, wanted)
            return _table(name, sheet)
    except PasswordError as error:
        raise UnreadableTableError(name, "the workbook is locked with a password", "Save it without one") from error
    except CalamineError as error:
        raise UnreadableTableError(name, f"the workbook is damaged ({error})", _SAVE_AGAIN) from error


def _sheet(name: str, workbook: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    if wanted is not None and wanted not in workbook.sheet_names:
        sheets = ", ".join(workbook.sheet_names)
        raise UnreadableTableError(name, f"there is no sheet {wanted!r}", f"Its sheets are {sheets}")
    if not workbook.sheet_names:
        raise UnreadableTableError(name, "the workbook has no sheet", _SAVE_AGAIN)
    return workbook.get_sheet_by_name(wanted or (visible or workbook.sheet_names)[0])


def _table(name: str, sheet: CalamineSheet) -> Table:
    grid = sheet.to_python(skip_empty_area=False)
    rows = [Row(line, tuple(_cell(value) for value in values)) for line, values in enumerate(grid, start=1)]
    filled = [row for row in rows if any(cell_text(cell) for cell in row.cells)]
    if not filled:
        raise UnreadableTableError(name, f"the sheet {sheet.name!r} is empty", "Name another sheet, or export it again")
    header = tuple(cell_text(cell) for cell in filled[0].cells)
    return Table(name, header, tuple(filled[1:]))


def _cell(value: object) -> Cell:
    # A bool is an int, and a datetime a date, so their order matters.
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return _decimal(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | str):
        return value
    return str(value)


def _decimal(value: float) -> Decimal:
    """5510.0 becomes 5510, so that numbers of customers and invoices read as they look in Excel."""
    found = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{_EXCEL_DIGITS}g}")
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found
