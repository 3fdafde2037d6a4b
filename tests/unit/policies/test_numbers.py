"""The shapes of the house's own numbers, as a clerk writes them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.policies.numbers import NumbersTable


@pytest.mark.parametrize(
    ("shape", "fits", "fits_not"),
    [
        ("INV-######", ["INV-123456", "inv-000001"], ["INV-12345", "INV-1234567", "INV123456"]),
        ("S#######", ["S1234567"], ["S123456", "T1234567"]),
        ("@@-####", ["AB-1234", "xy-0000"], ["A-1234", "12-1234"]),
        ("PO#+", ["PO1", "PO123456"], ["PO", "PO12A"]),
        ("4(#)#.#+", ["4(1)2.33"], ["412.33", "4(1)2x33"]),
        ("#####", ["12345"], ["1234", "1234a"]),
    ],
)
def test_a_shape_fits_whole_numbers_and_nothing_else(shape: str, fits: list[str], fits_not: list[str]) -> None:
    pattern = NumbersTable(invoice=(shape,)).patterns()["invoice"]

    assert all(pattern.fullmatch(number) for number in fits)
    assert not any(pattern.fullmatch(number) for number in fits_not)


def test_a_kind_may_have_several_shapes_and_one_without_any_has_no_pattern() -> None:
    patterns = NumbersTable(order=("SO-#####", "7########")).patterns()

    assert set(patterns) == {"order"}
    assert all(patterns["order"].fullmatch(number) for number in ("SO-12345", "712345678"))


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("", "is no shape"),
        ("INV ####", "without a blank"),
        ("INVOICE", "has no #"),
        ("####", "every quantity and year"),
        ("#+", "every quantity and year"),
        ("#" * 31, "is no shape"),
    ],
)
def test_a_shape_that_would_take_everything_or_nothing_is_refused_with_what_to_do(shape: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        NumbersTable(invoice=(shape,))
