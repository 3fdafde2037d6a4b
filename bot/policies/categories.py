"""categories.toml → the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

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
    mistaken_for: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


def catalog_of(tables: Mapping[str, CategoryTable], mistakes: list[str]) -> Catalog:
    mistakes += [
        f"categories.toml: {slug}: mistaken_for: there is no category {name}"
        for slug, table in tables.items()
        for name in table.mistaken_for
        if name not in tables
    ]
    names = CategoryTable.model_fields
    return {slug: Category(slug, **{name: getattr(table, name) for name in names}) for slug, table in tables.items()}
