"""Bringing a store to the tables of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from bot.store import (  # noqa: F401  (they join the metadata)
    clock_tables,
    file_tables,
    installation_tables,
    kept_tables,
    learning_tables,
    ledger_tables,
    presence_tables,
    report_tables,
    search_tables,
    task_tables,
    user_tables,
    watch_tables,
)
from bot.store.tables import metadata

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, to: str = "head") -> None:
    """Apply every migration that the store does not have yet. Doing it again changes nothing."""
    command.upgrade(_config(engine), to)


def is_current(engine: Engine) -> bool:
    """Whether the store has all migrations."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _head(engine)


def differences(engine: Engine) -> list[object]:
    """What the migrated store lacks, or has too much, against the tables of the code."""
    with engine.connect() as connection:
        options = {"compare_type": False, "include_object": _is_known}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _is_known(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """All but the words of the search: they have no form that both databases share."""
    return not (kind == "table" and (name or "").startswith(search_tables.WORDS))


def _head(engine: Engine) -> str | None:
    return ScriptDirectory.from_config(_config(engine)).get_current_head()
