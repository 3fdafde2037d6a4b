"""Alembic's entry: runs the migrations on the engine that `store.migrating` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from bot.store import (  # noqa: F401  (their tables join the metadata)
    file_tables,
    installation_tables,
    learning_tables,
    ledger_tables,
    login_tables,
    presence_tables,
    search_tables,
    task_tables,
    user_tables,
    watch_tables,
)
from bot.store.tables import metadata


def _run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


_run()
