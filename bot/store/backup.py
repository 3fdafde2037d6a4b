"""Copies of a store that is in use, and putting one back into an empty place."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, func, make_url, select

from bot.errors import PermanentError, RuleViolationError
from bot.store import tables as t
from bot.store.blobs import FolderBlobs
from bot.store.engine import reading

DATABASE, BLOBS, MANIFEST = "store.sqlite3", "blobs", "backup.json"
# Until it is whole, what is being restored lies beside the place it is meant for.
_UNFINISHED = ".restoring"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `database` is the hash of its copy, "" where that was left to pg_dump."""

    taken_at: str
    version: str
    revision: str
    database: str
    blobs: int

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


def sqlite_file(url: str) -> Path | None:
    """The file behind the URL; None where the store is no SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def copy_database(source: Path, target: Path) -> None:
    """One moment of a database that others write to meanwhile. The copy is checked."""
    with closing(sqlite3.connect(source, timeout=60)) as original, closing(sqlite3.connect(target)) as writing:
        # In one step: in several, each commit of the desk would begin it anew.
        original.backup(writing)
        # A copy lies there alone; journal files beside it would only be lost on the way.
        writing.execute("PRAGMA journal_mode=DELETE")
    check_database(target)
    target.chmod(0o600)
    _sync(target)


def check_database(path: Path) -> None:
    """Raises PermanentError where the file is no whole database."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise PermanentError(f"{path} is no whole database: {error}") from error
    if answer != "ok":
        raise PermanentError(f"{path} is no whole database: {answer}")


def blobs_of(engine: Engine) -> Sequence[str]:
    """The names of the files that the blob folder needs now: at least those that an older copy names."""
    raw = t.raw_message.c
    query = select(func.coalesce(raw.blob, raw.sha256)).where(raw.content.is_(None)).order_by(raw.id)
    with reading(engine) as connection:
        return list(dict.fromkeys(connection.scalars(query)))


def copy_blobs(names: Sequence[str], source: Path, target: Path) -> Iterator[str]:
    """Copy each, checked against its name. Yields a sentence for each that is gone or was changed."""
    kept, copies = FolderBlobs(source), FolderBlobs(target)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        try:
            copies.put({name: kept.whole(name)})
        except PermanentError as error:
            yield str(error)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Last of all: a folder without one is no backup."""
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    _sync(path)
    _sync(folder)


def read_manifest(folder: Path) -> Manifest:
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RuleViolationError(f"{folder} is no whole backup of Creditdesk: {error}") from error


def digest_of_file(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def begin_restore(database: Path, target: Path) -> Path:
    """A copy beside the target, which itself stays empty until `finish_restore`."""
    unfinished = target.with_name(target.name + _UNFINISHED)
    for leftover in target.parent.glob(unfinished.name + "*"):
        leftover.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(database, unfinished)
    unfinished.chmod(0o600)
    return unfinished


def finish_restore(unfinished: Path, target: Path) -> None:
    """From here on the target is there, whole."""
    with closing(sqlite3.connect(unfinished)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _sync(unfinished)
    unfinished.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
