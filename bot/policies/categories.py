"""categories.toml → the catalog."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from bot.desk.category import Catalog, Category
from bot.policies.table import Table


class CategoryTable(Table):
    title: str
    queue: str
    answer_days: int = Field(default=1, ge=0)
    reasons: dict[str, str]
    unanswered: tuple[str, ...] = ()
    reason_days: dict[str, int] = Field(default_factory=dict)


def catalog_of(tables: Mapping[str, CategoryTable]) -> Catalog:
    return {
        slug: Category(slug, one.title, one.queue, one.answer_days, one.reasons, one.unanswered, one.reason_days)
        for slug, one in tables.items()
    }
