"""[learning] of bot.toml: whether corrections are kept to learn from, how long, and what is covered in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from bot.desk.example import Learning
from bot.policies.table import Table


class LearningTable(Table):
    # Nothing is kept unless somebody decided so.
    keep_corrections: bool = False
    keep_days: int = Field(default=730, ge=1)
    mask: Literal["people", "accounts"] = "people"
    models: str = "models"

    def policy(self) -> Learning:
        return Learning(self.keep_corrections, self.mask == "people")

    @property
    def keeps_for(self) -> timedelta:
        return timedelta(days=self.keep_days)
