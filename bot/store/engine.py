"""How the store is opened on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, OperationalError

from bot.errors import SettingsError, TransientError
from bot.store.columns import to_json


def open_engine(url: str) -> Engine:
    """An engine for the URL; creates the folder of an SQLite file. Nothing is connected yet."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError(
            "bot.toml: store.url: that is no URL; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=5,
            json_serializer=to_json,
        )
    raise SettingsError(f"bot.toml: store.url: {parsed.get_backend_name()} is not supported; use sqlite or postgresql")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads, and holds up nobody. Raises TransientError where the store cannot answer."""
    try:
        with engine.execution_options(reads_only=True).connect() as connection:
            yield connection
    except OperationalError as error:
        raise TransientError(f"the store failed: {error.orig}") from error


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"bot.toml: store.url: {error.filename}: {error.strerror}") from error
    engine = create_engine(url, connect_args={"timeout": 30}, json_serializer=to_json)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: SqliteConnection, _record: Any) -> None:
    # The driver's own BEGIN comes too late for readers and too weak for writers; ours are sent by _begin_sqlite.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    # FULL, not NORMAL: a claim of the outbox lost with the power would be a message sent twice.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA cache_size=-16000")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a transaction that reads first and writes later could fail in its middle.
    is_reader = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")
