"""The catalog that people edit and the names that the sorter knows are the same."""

from __future__ import annotations

from bot.settings import load, shipped
from classifiers.categories import CATEGORIES, REASONS


def test_the_catalog_has_the_categories_and_reasons_of_the_sorter() -> None:
    catalog = load(shipped("config"), {}, needs_secrets=False).catalog
    assert set(catalog) == set(CATEGORIES)
    assert {slug: set(category.reasons) for slug, category in catalog.items()} == {
        category: set(reasons) for category, reasons in REASONS.items()
    }
