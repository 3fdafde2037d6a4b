"""The ledger from a file, and what a draft knows of it afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from tests.desks.desk import DeskUnderTest, mail_desk
from tests.e2e.letters import letter
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer

CUSTOMERS = "Customer No,Customer Name,Email\nC1,Lee Mills,customer@customer.example\n,Nobody,\n"
INVOICES = [
    ("Invoice No", "Customer No", "Invoice Date", "Due Date", "Amount", "Balance", "Status"),
    ("INV-55120", "C1", "2026-10-01", "2026-10-31", "1,204.50", "1,204.50", "Open"),
    ("INV-55121", "C1", "2026-10-01", "soon", "9.00", "9.00", "Open"),
]


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    with xlsxwriter.Workbook(tmp_path / "invoices.xlsx", {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(INVOICES):
            sheet.write_row(number, 0, row)
    return mail_desk(tmp_path, mail_server, smtp_server)


def test_good_rows_go_in_and_bad_ones_are_told_by_line_and_reason(desk: DeskUnderTest) -> None:
    printed = desk.command("import", "customers", desk.folder / "customers.csv", expect=2)
    assert "1 customers imported from customers.csv, 1 rows refused" in printed
    assert "line 3" in printed
    (told,) = [json.loads(desk.command("import", "invoices", desk.folder / "invoices.xlsx", "--json", expect=2))]
    assert told["saved"] == 1
    assert [(one["line"], one["column"], one["value"]) for one in told["refused"]] == [(3, "Due Date", "soon")]


def test_a_draft_knows_what_was_imported(desk: DeskUnderTest) -> None:
    desk.command("import", "customers", desk.folder / "customers.csv", expect=2)
    desk.command("import", "invoices", desk.folder / "invoices.xlsx", expect=2)
    desk.command("ingest", "-", stdin=letter())
    (item,) = desk.rows("items")
    assert (item["customer"], item["customer_name"]) == ("C1", "Lee Mills")
    (draft,) = desk.rows("drafts")
    sources = {fact["value"]: fact["source"] for fact in draft["facts"]}
    assert sources["INV-55120"] == "ledger:invoice:INV-55120"


def test_a_file_that_cannot_be_read_is_named(desk: DeskUnderTest) -> None:
    assert "missing.csv" in desk.command("import", "orders", desk.folder / "missing.csv", expect=1)
