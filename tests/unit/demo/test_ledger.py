"""The sample ledger is whole, the same every time, and goes through the importer."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.demo.csv_out import write_csv
from bot.demo.ledger import SampleLedger, sample_ledger
from bot.erp.mapping_file import read_mapping
from bot.erp.table_file import read_table
from bot.errors import NotFoundError
from bot.ledger.rows import read_rows

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
MAPPING = Path(__file__).parents[3] / "config" / "ledger.toml"


@pytest.fixture(scope="module")
def ledger() -> SampleLedger:
    return sample_ledger(NOW)


def test_it_holds_as_much_as_it_promises(ledger: SampleLedger) -> None:
    assert (len(ledger.customers), len(ledger.invoices), len(ledger.orders)) == (40, 400, 150)
    assert len(ledger.certificates) == 25
    assert Counter(row.status for row in ledger.invoices) == {"open": 170, "paid": 160, "credited": 40, "disputed": 30}
    assert sum(row.amount.amount > 10_000 for row in ledger.invoices) >= 10
    assert Counter(row.po_status for row in ledger.orders) == {
        "verified": 40,
        "received": 40,
        "none": 40,
        "rejected": 30,
    }


def test_the_same_day_gives_the_same_ledger(ledger: SampleLedger) -> None:
    assert sample_ledger(NOW + timedelta(hours=3)) == ledger
    assert sample_ledger(NOW + timedelta(days=1)) != ledger


def test_no_number_and_no_domain_is_used_twice(ledger: SampleLedger) -> None:
    for numbers in (
        [row.number for row in ledger.customers],
        [row.number for row in ledger.invoices],
        [row.number for row in ledger.orders],
        [(row.number, row.state) for row in ledger.certificates],
        [domain for row in ledger.customers for domain in row.domains],
    ):
        assert len(numbers) == len(set(numbers))


def test_a_purchase_order_belongs_to_one_customer(ledger: SampleLedger) -> None:
    owners: dict[str, set[str]] = {}
    for row in (*ledger.invoices, *ledger.orders):
        if row.po_number:
            owners.setdefault(row.po_number, set()).add(row.customer_number)
    assert all(len(found) == 1 for found in owners.values())


def test_nothing_is_issued_tomorrow_and_dues_lie_around_now(ledger: SampleLedger) -> None:
    assert max(row.issued_on for row in ledger.invoices) <= TODAY
    late = [(TODAY - row.due_on).days for row in ledger.invoices if row.status == "open"]
    assert min(late) < -30
    assert max(late) > 90


def test_amounts_add_up(ledger: SampleLedger) -> None:
    for row in ledger.invoices:
        assert row.tax is not None
        assert Decimal(0) <= row.tax.amount < row.amount.amount
        assert row.balance.amount == 0 or row.status in ("open", "disputed")
        assert row.balance.amount > 0 or row.status in ("paid", "credited")


def test_some_certificates_have_expired_and_some_never_do(ledger: SampleLedger) -> None:
    expired = [row for row in ledger.certificates if row.expires_on and row.expires_on < TODAY]
    assert len(expired) >= 4
    assert any(row.expires_on is None for row in ledger.certificates)


def test_the_places_that_letters_rely_on(ledger: SampleLedger) -> None:
    for customer in ledger.customers:
        late, without_po, taxed = (ledger.open_invoice_of(customer.name, index) for index in range(3))
        assert late.due_on < TODAY
        assert late.po_number == ledger.order_of(customer.name, 0).po_number
        assert without_po.po_number == ""
        assert taxed.tax is not None
        assert taxed.tax.amount > 0 or customer.state == "OR"
    assert ledger.open_invoice_of("Halvorsen Mills", 3).amount.amount > 10_000
    assert ledger.paid_invoice_of("Halvorsen Mills", 0).balance.amount == 0
    assert ledger.certificate_of("Halvorsen Mills").state == "MN"


def test_a_customer_it_does_not_have_is_told() -> None:
    with pytest.raises(NotFoundError, match="Nobody"):
        sample_ledger(NOW).customer("Nobody")


@pytest.mark.parametrize("kind", ["customers", "invoices", "orders", "certificates"])
def test_the_importer_reads_back_what_was_written(ledger: SampleLedger, tmp_path: Path, kind: str) -> None:
    write_csv(ledger, tmp_path)
    read = read_rows(kind, read_table(tmp_path / f"{kind}.csv"), read_mapping(MAPPING))
    assert read.refused == ()
    assert read.rows == getattr(ledger, kind)
