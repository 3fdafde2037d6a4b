"""Character sets, delimiters and line numbers of delimited text."""

import pytest

from bot.erp.csv_file import table_from_text
from bot.erp.unreadable import UnreadableTableError
from bot.ledger.table import Row, Table


def read(text: str, encoding: str = "utf-8") -> Table:
    return table_from_text("export.csv", text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_character_set_is_recognised(encoding: str) -> None:
    assert read("Name\nCafé Müller\n", encoding) == Table("export.csv", ("Name",), (Row(2, ("Café Müller",)),))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_the_header_uses(delimiter: str) -> None:
    text = f"No{delimiter}Name\n1{delimiter}Smith, Jones, and Sons; Ltd\n".replace(
        "Smith, Jones, and Sons; Ltd", '"a, b; c"'
    )
    assert read(text).header == ("No", "Name")
    assert read(text).rows == (Row(2, ("1", "a, b; c")),)


def test_a_delimiter_inside_of_a_quoted_header_does_not_count() -> None:
    assert read('"Amount, USD, net";No\n5;1\n').header == ("Amount, USD, net", "No")


def test_the_line_that_excel_writes_for_itself_is_obeyed() -> None:
    assert read("sep=;\nNo;a,b,c\n1;2\n") == Table("export.csv", ("No", "a,b,c"), (Row(3, ("1", "2")),))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_numbered_where_their_record_begins(ending: str) -> None:
    text = ending.join(["", "No,Name", '1,"two', 'lines"', "", "2,Best", ""])
    assert [(row.line, row.cells[0]) for row in read(text).rows] == [(3, "1"), (6, "2")]


def test_quotation_marks_inside_of_a_value_stay() -> None:
    assert read('No,Name\n1,6" pipe\n2,"The ""Best"""\n').rows == (
        Row(2, ("1", '6" pipe')),
        Row(3, ("2", 'The "Best"')),
    )


def test_a_formula_stays_text() -> None:
    assert read("No,Name\n1,=cmd|'/c calc'!A0\n").rows[0].cells[1] == "=cmd|'/c calc'!A0"


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableTableError, match="opened on line 3 is never closed"):
        read('No,Name\n1,Acme\n2,"Best\n3,Core\n4,Dunn\n')


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n , ,\n", "is empty"),
        (b"\x00\x01\x02", "neither text nor"),
        (b"a,b\n\x81\x8d", "neither"),
    ],
)
def test_what_is_no_table_is_told_with_the_name_and_what_to_do(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableTableError, match=words) as caught:
        table_from_text("export.csv", content)
    assert str(caught.value).startswith("export.csv: ")


def test_a_cell_beyond_all_measure_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableTableError, match="line 2 cannot be read"):
        read("No\n" + "9" * 200_000)
