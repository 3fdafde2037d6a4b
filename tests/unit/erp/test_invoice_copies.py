"""Copies of invoices in a folder: found by their number, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.erp.invoice_copies import InvoiceCopyFolder


def test_a_copy_is_found_by_the_number_of_its_invoice(tmp_path: Path) -> None:
    (tmp_path / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    found = InvoiceCopyFolder(tmp_path).find("INV-1")
    assert found is not None
    assert (found.name, found.content_type, found.content) == ("INV-1.pdf", "application/pdf", b"%PDF-1.4 one")
    assert InvoiceCopyFolder(tmp_path).find("INV-2") is None
    assert InvoiceCopyFolder(None).find("INV-1") is None


@pytest.mark.parametrize("number", ["../INV-1", "a/INV-1", ".INV-1", "", "INV-1\x00", "INV-1\n"])
def test_a_number_never_leads_out_of_the_folder(tmp_path: Path, number: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for place in (tmp_path, inner):
        (place / "INV-1.pdf").write_bytes(b"%PDF-1.4 one")
    assert InvoiceCopyFolder(inner).find(number) is None


def test_a_file_that_is_no_pdf_yet_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "INV-1.pdf").write_bytes(b"")
    assert InvoiceCopyFolder(tmp_path).find("INV-1") is None
