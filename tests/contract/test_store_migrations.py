"""The migrations make the tables that the code knows."""

from __future__ import annotations

from bot.store.migrating import differences, is_current, migrate
from bot.store.revision import NEWEST
from bot.store.unit_of_work import SqlStore


def test_migrations_make_the_tables_of_the_code(store: SqlStore) -> None:
    assert differences(store.engine) == []


def test_migrating_again_changes_nothing(store: SqlStore) -> None:
    migrate(store.engine)
    assert is_current(store.engine)
    assert store.revision() == NEWEST
