"""What people write against the numbers that an account has."""

from __future__ import annotations

import pytest

from bot.ledger.near import nearest

OWN = ["S0344190", "INV-20411", "INV-20412", "K20260011422", "000451"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("S0344190", "S0344190"),
        ("0344190", "S0344190"),
        ("344190", "S0344190"),
        ("Invoice 344190", "S0344190"),
        ("20411", "INV-20411"),
        ("inv 20411", "INV-20411"),
        ("K2026011422", "K20260011422"),
        ("K20260101422", "K20260011422"),
        ("K20280011422", "K20260011422"),
        ("S03441990", "S0344190"),
        ("S03444190", "S0344190"),
    ],
)
def test_a_number_is_found_without_prefix_and_zeros_and_with_one_slip(written: str, number: str | None) -> None:
    assert nearest(written, OWN) == number


@pytest.mark.parametrize(
    "written",
    [
        # The next invoice, not a slip.
        "K20260011423",
        "INV-20413",
        # Too few digits to point at one.
        "451",
        # Two slips, or another house's number.
        "K20280011432",
        "Q-20411-7",
        "",
    ],
)
def test_what_is_not_near_enough_is_not_guessed(written: str) -> None:
    assert nearest(written, OWN) is None


def test_between_two_that_are_as_near_nothing_is_chosen() -> None:
    assert nearest("55120", ["A55120", "B55120"]) is None
    assert nearest("KA5512000", ["KB5512000", "KC5512000"]) is None
