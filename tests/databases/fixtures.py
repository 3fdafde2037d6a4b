"""Fixtures: a migrated store on each kind of database. Tests that take `store` run on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.migrating import migrate
from bot.store.unit_of_work import SqlStore
from tests.databases.postgres import create_database, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """Without tables: for the migrations."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.sqlite3'}"
    else:
        url = create_database(request.getfixturevalue("postgres_server"))
    opened = SqlStore(url, tmp_path / "blobs")
    yield opened
    opened.close()


@pytest.fixture
def store(empty_store: SqlStore) -> SqlStore:
    migrate(empty_store.engine)
    return empty_store
