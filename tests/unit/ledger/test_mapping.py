"""Headers of a file against the headers of the mapping."""

import pytest

from bot.ledger.mapping import KindMapping, MissingColumnError, RepeatedColumnError, find_columns, header_key
from bot.ledger.table import Table

MAPPING = KindMapping(
    columns={"number": ("Customer No", "Customer #"), "name": ("Customer Name", "Customer")},
    dates=("%Y-%m-%d",),
)


def make_table(*header: str) -> Table:
    return Table("export.csv", header, ())


@pytest.mark.parametrize("header", ["Customer No", "customer_no", "CUSTOMER  NO.", "customer-no", "CustomerNo"])
def test_case_spaces_and_punctuation_make_no_difference(header: str) -> None:
    assert find_columns(make_table(header, "Customer"), MAPPING, ("number",)) == {"number": 0, "name": 1}


def test_the_number_sign_is_a_word() -> None:
    assert header_key("Customer #") == header_key("Customer Number") != header_key("Customer")


def test_the_first_header_of_the_list_wins_over_the_order_in_the_file() -> None:
    assert find_columns(make_table("Customer", "Customer #", "Customer Name"), MAPPING, ())["name"] == 2


def test_one_error_names_the_file_every_missing_column_and_the_headers_found() -> None:
    with pytest.raises(MissingColumnError) as caught:
        find_columns(make_table("Firm", "Town"), MAPPING, ("number", "name"))
    for words in ("export.csv", "number", "'Customer No'", "name", "'Firm', 'Town'"):
        assert words in str(caught.value)


def test_a_default_stands_in_for_a_missing_column() -> None:
    mapping = KindMapping(MAPPING.columns, MAPPING.dates, defaults={"number": "0"})
    assert find_columns(make_table("Customer"), mapping, ("number",)) == {"name": 0}


def test_two_columns_with_one_header_are_refused() -> None:
    with pytest.raises(RepeatedColumnError, match="Customer No"):
        find_columns(make_table("Customer No", "customer no"), MAPPING, ())
