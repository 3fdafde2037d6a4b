"""The page of the cases says what the rows say."""

from __future__ import annotations

from tests.torture.every import CASES
from tests.torture.page import PAGE, page


def test_the_page_is_written_from_the_rows() -> None:
    assert PAGE.read_text() == page(), "run python -m tests.torture.page"


def test_each_case_has_an_id_of_its_own() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids))
