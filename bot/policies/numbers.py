"""[numbers] of bot.toml: how the house writes the numbers of its documents, as shapes that a clerk can read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from bot.policies.table import Table

# Shorter numbers are quantities, years and house numbers too.
FEWEST_PLAIN_DIGITS = 5
LONGEST = 30
_SIGNS = {"#": r"\d", "@": "[A-Za-z]"}


def _shape(value: str) -> str:
    if not value or len(value) > LONGEST or any(letter.isspace() for letter in value):
        raise ValueError(
            f"{value!r} is no shape: up to {LONGEST} signs without a blank, such as INV-###### or S#######"
        )
    if "#" not in value:
        raise ValueError(f"{value!r} has no # in it, which stands for a digit")
    if value.strip("#+") == "" and value.count("#") < FEWEST_PLAIN_DIGITS:
        raise ValueError(
            f"{value!r} would take every quantity and year for such a number: write {FEWEST_PLAIN_DIGITS} digits or"
            " more, or what stands before them"
        )
    return value


Shape = Annotated[str, AfterValidator(_shape)]


class NumbersTable(Table):
    """`#` is a digit, `@` a letter, `#+` one digit or more; every other sign stands for itself."""

    invoice: tuple[Shape, ...] = ()
    po: tuple[Shape, ...] = ()
    order: tuple[Shape, ...] = ()
    credit_memo: tuple[Shape, ...] = ()
    account: tuple[Shape, ...] = ()
    certificate: tuple[Shape, ...] = ()

    def patterns(self) -> dict[str, re.Pattern[str]]:
        """One pattern of a whole number for each kind that has shapes."""
        shapes = {kind: getattr(self, kind) for kind in type(self).model_fields}
        return {
            kind: re.compile("|".join(map(_pattern, written)), re.IGNORECASE)
            for kind, written in shapes.items()
            if written
        }


def _pattern(shape: str) -> str:
    parts = re.findall(r"[#@]\+|.", shape)
    return "".join(_SIGNS[part[0]] + part[1:] if part[0] in _SIGNS else re.escape(part) for part in parts)
