"""Statements as files: the same bytes each time, every figure in them, and nothing that a name could turn into code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdfium2 import PdfDocument
from python_calamine import CalamineWorkbook

from bot.desk.statement_words import WORDS
from bot.ledger.account_statement import AccountStatement, statement_of
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.ports import StatementForm
from bot.publishing.statements import StatementPublisher

HOSTILE = Customer("C1", '=HYPERLINK("http://evil.example") <b>Łódź</b>')


def statement(count: int = 1, customer: Customer = HOSTILE) -> AccountStatement:
    money = Money(Decimal("1204.50"))
    invoices = [
        Invoice(f"INV-{place}", "C1", date(2026, 10, 1), date(2026, 11, 1), money, money, "open", "=1+1")
        for place in range(count)
    ]
    return statement_of(customer, invoices, date(2026, 11, 24))


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_the_same_statement_is_the_same_bytes_in_each_language(form: StatementForm) -> None:
    for language in WORDS:
        first, second = (StatementPublisher().write(statement(), form, "Northgate", language) for _ in range(2))
        assert first == second
        assert first.name == f"{WORDS[language].file_name} 2026-11-24.{form}"


def test_a_pdf_of_several_pages_repeats_its_headings_and_takes_names_as_text() -> None:
    document = PdfDocument(StatementPublisher().write(statement(80), "pdf", "Northgate", "en").content)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 1
    assert all("Days past due" in " ".join(page.split()) for page in pages if "INV-" in page)
    assert f"Page 1 of {len(pages)}" in pages[0]
    assert '=HYPERLINK("http://evil.example") <b>Łódź</b>, account C1' in pages[0]
    assert "$96,360.00" in pages[-1]


def test_a_letter_that_the_font_lacks_is_shown_as_missing() -> None:
    found = PdfDocument(
        StatementPublisher().write(statement(customer=replace(HOSTILE, name="A株B")), "pdf", "N", "en").content
    )
    assert "A\ufffdB" in found[0].get_textpage().get_text_range()


def test_a_workbook_has_sums_as_numbers_and_no_formula() -> None:
    content = StatementPublisher().write(statement(), "xlsx", "Northgate", "en").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[6][0] == "INV-0"
    assert rows[6][3:] == [23.0, "=1+1", 1204.5, 1204.5]
    with ZipFile(BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
