"""What a correction makes of an example, and which mail is never learnt from."""

from __future__ import annotations

import pytest

from bot.desk.example import Right, is_held_out, sorted_right
from bot.mail.anonymous import without_people


@pytest.mark.parametrize(
    ("known", "before", "after", "right"),
    [
        ((), "unsorted", "refund", ("refund",)),
        (("revision",), "revision", "refund", ("refund",)),
        (("revision", "dispute"), "dispute", "refund", ("revision", "refund")),
        (("revision", "dispute"), "revision", "dispute", ("dispute",)),
        (("revision",), "tax_exempt", "refund", ("refund", "revision")),
        (("revision",), "revision", "unsorted", ("revision",)),
    ],
)
def test_the_corrected_category_takes_the_place_of_the_wrong_one(
    known: tuple[str, ...], before: str, after: str, right: tuple[str, ...]
) -> None:
    assert sorted_right(Right(known, "as said"), before, after, "new").categories == right


def test_the_reason_belongs_to_the_primary_category_alone() -> None:
    known = Right(("revision", "dispute"), "po_number")
    assert sorted_right(known, "dispute", "refund", "overpayment").reason == "po_number"
    assert sorted_right(known, "revision", "refund", "overpayment").reason == "overpayment"


def test_one_customer_is_held_out_or_learnt_from_whatever_the_thread() -> None:
    for number in ("C-1", "C-2", "C-3"):
        assert len({is_held_out(number, thread) for thread in range(50)}) == 1


def test_about_a_fifth_is_held_out() -> None:
    share = sum(is_held_out(f"C-{number}", 1) for number in range(2000)) / 2000
    assert 0.17 < share < 0.23
    assert 0.17 < sum(is_held_out(None, thread) for thread in range(2000)) / 2000 < 0.23


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to jo.doe+ap@mail.acme.example.", "Write to someone@mail.acme.example."),
        ("Call 313-555-0142 or +49 89 1234 5678", "Call 000-000-0000 or +00 00 0000 0000"),
        ("PO 4500-117 and S3441907 over 1,204.50", "PO 4500-117 and S3441907 over 1,204.50"),
        ("Thanks, ANN. The annual list.", "Thanks, someone. The annual list."),
    ],
)
def test_people_are_covered_and_documents_are_not(text: str, left: str) -> None:
    assert without_people(text, ["Ann Lee-Roy"]) == left
