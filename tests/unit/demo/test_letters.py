"""Placeholders and the hand-written PDF."""

from datetime import UTC, datetime

import pytest

from bot.demo.ledger import sample_ledger
from bot.demo.pdf import pdf_of
from bot.demo.placeholders import fill
from bot.errors import NotFoundError

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
LEDGER = sample_ledger(NOW)


def filled(text: str) -> str:
    return fill(text, LEDGER, "Halvorsen Mills", "Pinnacle Bindery", NOW)


def test_a_placeholder_becomes_the_row_of_the_right_account() -> None:
    invoice = LEDGER.open_invoice_of("Halvorsen Mills", 0)
    stranger = LEDGER.open_invoice_of("Pinnacle Bindery", 0)
    assert filled("{open.0} {open.0.po}: {open.0.amount}") == f"{invoice.number} {invoice.po_number}: {invoice.amount}"
    assert filled("{stranger.open.0}") == stranger.number
    assert filled("{account}") == LEDGER.customer("Halvorsen Mills").number


def test_days_count_from_now() -> None:
    assert filled("{day.-4} {date.1}") == "November 20 11/25/2026"


def test_braces_of_a_style_sheet_are_left_alone() -> None:
    assert filled("p {margin: 0}") == "p {margin: 0}"


@pytest.mark.parametrize("text", ["{open.99}", "{open.0.colour}", "{parcel.0}", "{open}", "{stranger.order.0.tax}"])
def test_a_slip_in_a_letter_is_told(text: str) -> None:
    with pytest.raises(NotFoundError, match=r"Halvorsen Mills"):
        filled(text)


def test_the_cross_reference_of_a_pdf_points_at_its_objects() -> None:
    content = pdf_of(["One (1)", "back\\slash", "Café"])
    table = int(content.rpartition(b"startxref\n")[2].split()[0])
    assert content[table:].startswith(b"xref")
    offsets = [int(line[:10]) for line in content[table:].splitlines()[3:8]]
    assert [content[offset:].split()[0] for offset in offsets] == [b"1", b"2", b"3", b"4", b"5"]
    assert rb"(One \(1\)) Tj" in content
