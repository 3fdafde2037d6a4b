"""What only workbooks have: sheets, formulas, dust of floats, damage."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from bot.erp.table_file import read_table
from bot.erp.unreadable import UnreadableTableError


def write(path: Path, fill: Callable[[xlsxwriter.Workbook], None]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        fill(workbook)
    return path


def test_numbers_lose_the_dust_of_floats_and_keep_their_cents(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet().write_column("A1", ["Amount", 0.1 + 0.2, 1204.50, 5510.0, 12345678901234, True])

    cells = [row.cells[0] for row in read_table(write(tmp_path / "a.xlsx", fill)).rows]
    assert cells == [Decimal("0.3"), Decimal("1204.5"), Decimal(5510), Decimal("12345678901234"), "TRUE"]
    assert str(cells[2]) == "5510"


def test_a_time_of_day_is_dropped_from_a_date(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "Due")
        moment = datetime(2026, 3, 4, 13, 30, tzinfo=UTC).replace(tzinfo=None)
        sheet.write_datetime("A2", moment, workbook.add_format({"num_format": "m/d/yy h:mm"}))

    assert read_table(write(tmp_path / "a.xlsx", fill)).rows[0].cells == (datetime(2026, 3, 4, tzinfo=UTC).date(),)


def test_a_formula_counts_as_its_stored_result_and_text_that_looks_like_one_stays_text(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["Sum", "Note"])
        sheet.write_formula("A2", "=1+2", None, 3)
        sheet.write_string("B2", "=1+2")

    assert read_table(write(tmp_path / "a.xlsx", fill)).rows[0].cells == (Decimal(3), "=1+2")


def test_the_first_sheet_that_is_not_hidden_is_read_unless_one_is_named(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        for name in ("Lists", "Data", "Old"):
            workbook.add_worksheet(name).write_column("A1", [name, 1])
        workbook.get_worksheet_by_name("Lists").hide()
        workbook.get_worksheet_by_name("Data").activate()

    path = write(tmp_path / "a.xlsx", fill)
    assert read_table(path).header == ("Data",)
    assert read_table(path, "Old").header == ("Old",)
    with pytest.raises(UnreadableTableError, match=r"no sheet 'New'\. Its sheets are Lists, Data, Old"):
        read_table(path, "New")


def test_an_empty_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTableError, match="is empty"):
        read_table(write(tmp_path / "a.xlsx", lambda workbook: workbook.add_worksheet("Data")))


@pytest.mark.parametrize("content", [b"PK\x03\x04 and nothing more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_damaged_workbook_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "customers.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableTableError, match=r"customers\.xlsx: the workbook is damaged .* save it again"):
        read_table(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTableError, match=r"customers\.csv: the file cannot be opened"):
        read_table(tmp_path / "customers.csv")
