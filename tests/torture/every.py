"""All rows, by section."""

from __future__ import annotations

from tests.torture import cases_a, cases_c

SECTIONS = {
    "A. Identity and duplicates": cases_a.CASES,
    "C. Headers and addresses": cases_c.CASES,
}
CASES = tuple(case for cases in SECTIONS.values() for case in cases)
