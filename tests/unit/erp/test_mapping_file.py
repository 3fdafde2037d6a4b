"""What ledger.toml may say."""

from pathlib import Path

import pytest

from bot.erp.mapping_file import read_mapping
from bot.errors import SettingsError
from bot.ledger.rows import KINDS

SHIPPED = Path(__file__).parents[3] / "config" / "ledger.toml"


def write(folder: Path, old: str = "", new: str = "") -> Path:
    path = folder / "ledger.toml"
    path.write_text(SHIPPED.read_text("utf-8").replace(old, new, 1) if old else SHIPPED.read_text("utf-8"), "utf-8")
    return path


def test_the_shipped_mapping_is_sound() -> None:
    mapping = read_mapping(SHIPPED)
    assert mapping.keys() == KINDS.keys()
    assert mapping["invoices"].words["status"]["pastdue"] == "open"
    assert mapping["invoices"].defaults == {"currency": "USD"}
    assert "gmail.com" in mapping["customers"].shared_domains


def test_every_synonym_of_a_status_is_one_that_the_ledger_knows() -> None:
    mapping = read_mapping(SHIPPED)
    assert set(mapping["invoices"].words["status"].values()) == {"open", "paid", "disputed", "credited", "void"}
    assert set(mapping["orders"].words["po_status"].values()) == {"none", "received", "verified", "rejected"}


def test_one_kind_may_have_its_own_dates_and_decimals(tmp_path: Path) -> None:
    path = write(tmp_path, "[orders.columns]", '[orders]\ndecimal = "comma"\ndates = ["%d.%m.%Y"]\n[orders.columns]')
    mapping = read_mapping(path)
    assert (mapping["orders"].decimal, mapping["orders"].dates) == ("comma", ("%d.%m.%Y",))
    assert mapping["invoices"].decimal == "point"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('decimal = "point"', 'decimal = "dot"', 'decimal must be "point" or "comma"'),
        ('dates = ["%Y-%m-%d"', 'dates = ["%d/%m/%Y", "%Y-%m-%d"', "%d/%m/%Y and %m/%d/%Y read the same text"),
        ("dates = [", 'dates = "x"\nx = [', "dates must be a list"),
        ("[payments.columns]", "[receipts.columns]", "[receipts] is not known"),
        ("[payments.columns]", "[receipts.columns]", "invoice"),
        ("[orders.defaults]", "[orders.default]", "orders.default is not a key"),
        ("issued_on = [", "issue = [", "invoices.columns.issued_on is missing"),
        ('due_on = ["Due Date",', 'due_on = [1, "Due Date",', "invoices.columns.due_on must be a list"),
        ('void = ["Void",', 'void = [1, "Void",', "invoices.words.status must hold"),
        ("shared_domains = [", "shared_domains = [1, ", "shared_domains must be a list"),
        ("[customers]", "[customers", "ledger.toml"),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_mapping(write(tmp_path, old, new))
    assert words in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text('decimal = "dot"\ndates = []\n', "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_mapping(path)
    assert len(str(caught.value).splitlines()) == 2 + len(KINDS)


def test_a_missing_file_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ledger\.toml"):
        read_mapping(tmp_path / "ledger.toml")
