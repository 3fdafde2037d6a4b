"""Whatever the format of the file, the same table comes out of it, down to the line numbers."""

import csv
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from bot.erp.mapping_file import read_mapping
from bot.erp.table_file import read_table
from bot.ledger.rows import read_rows

GRID = [
    [""],
    ["Customer No", "Customer Name", "Terms", "Domains"],
    ["0042", "Café Müller", "Net 30", "mueller.example"],
    [""],
    ["C7", 'The "Best", Inc', "=1+2", ""],
    ["C7", "Twice", "Net 30", ""],
    ["C8", "", "Net 30", ""],
]
MAPPING = Path(__file__).parents[2] / "config" / "ledger.toml"


def write_csv(path: Path, encoding: str, delimiter: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(GRID)


def write_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        for line, cells in enumerate(GRID):
            sheet.write_row(line, 0, cells)


def write_xls(path: Path) -> None:
    """The smallest workbook of Excel 97: no library writes these any more, and ERPs still export them."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def label(line: int, column: int, text: str) -> bytes:
        return record(0x204, struct.pack("<HHHHB", line, column, 0, len(text), 1) + text.encode("utf-16-le"))

    def start(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))

    cells = [label(line, column, text) for line, row in enumerate(GRID) for column, text in enumerate(row) if text]
    sheet = start(0x10) + b"".join(cells) + record(0x0A)
    offset = len(start(5)) + len(record(0x85, bytes(12))) + len(record(0x0A))
    listing = record(0x85, struct.pack("<IBBBB", offset, 0, 0, 4, 0) + b"Data")
    stream = start(5) + listing + record(0x0A) + sheet
    path.write_bytes(compound_file(stream.ljust(4096, b"\0")))


def compound_file(stream: bytes) -> bytes:
    """An OLE container with one stream "Workbook": header, FAT, directory, and the stream in sectors of 512 bytes."""
    sectors = len(stream) // 512
    end, fat, free = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    chain = [fat, end, *range(3, 2 + sectors), end]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, end, 0, end, 0, 0) + struct.pack("<I", free) * 108

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<III", free, free, child)
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBB", len(encoded), kind, 1)
            + links
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    table = b"".join(struct.pack("<I", link) for link in chain).ljust(512, b"\xff")
    return head + table + directory.ljust(512, b"\0") + stream


WRITERS: dict[str, Callable[[Path], None]] = {
    "comma.csv": lambda path: write_csv(path, "utf-8", ","),
    "semicolon.csv": lambda path: write_csv(path, "cp1252", ";"),
    "tab.txt": lambda path: write_csv(path, "utf-16", "\t"),
    "pipe.csv": lambda path: write_csv(path, "utf-8-sig", "|"),
    "book.xlsx": write_xlsx,
    "book.xls": write_xls,
    # The ending of the name is wrong here, as it often is in the exports of web reports.
    "report.xls": write_xlsx,
    "report.csv": write_xls,
}


@pytest.fixture(params=WRITERS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    found = tmp_path / str(request.param)
    WRITERS[request.param](found)
    return found


def test_header_cells_and_line_numbers_are_the_same(path: Path) -> None:
    table = read_table(path)
    assert table.name == path.name
    assert table.header == tuple(GRID[1])
    assert [row.line for row in table.rows] == [3, 5, 6, 7]
    assert [row.cells for row in table.rows[:2]] == [tuple(GRID[2]), tuple(GRID[4])]


def test_the_same_rows_go_in_and_the_same_are_refused(path: Path) -> None:
    read = read_rows("customers", read_table(path), read_mapping(MAPPING))
    assert [row.number for row in read.rows] == ["0042", "C7"]
    assert [(refused.line, refused.column, refused.value) for refused in read.refused] == [
        (6, "Customer No", "C7"),
        (7, "Customer Name", ""),
    ]
