"""Backup and restore."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bot import __version__
from bot.bootstrap import Desk, open_store
from bot.cli.desk import open_desk, read_settings
from bot.clock import SystemClock
from bot.errors import PermanentError, RuleViolationError
from bot.settings import Settings
from bot.steps.hold_after_restore import Held, hold_after_restore
from bot.store import backup as copies
from bot.store.revision import NEWEST

_NO_DATABASE = (
    "the store is PostgreSQL: its own tools copy it. First pg_dump --format=custom --file=store.dump DATABASE, then "
    "creditdesk backup --blobs-only TARGET, so that every row of the dump finds its blob"
)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--blobs-only", is_flag=True, help="The database is copied by pg_dump; this adds the raw messages.")
@click.pass_context
def backup(ctx: click.Context, target: Path, *, blobs_only: bool) -> None:
    """Copy store and raw messages into the new folder TARGET, or into one file if it ends in .tar.

    The desk may run meanwhile. Exits 1 where a raw message is gone or was changed; the rest is copied.
    """
    if target.exists():
        raise RuleViolationError(f"{target} is there already; a backup goes into a new place")
    with open_desk(ctx) as desk, _folder_for(target) as folder:
        lost = _copy(desk, folder, with_database=not blobs_only)
    for sentence in lost:
        click.echo(f"LOST {sentence}", err=True)
    click.echo(f"{target}: {'raw messages only, without the database' if blobs_only else 'store and raw messages'}")
    ctx.exit(1 if lost else 0)


@contextmanager
def _folder_for(target: Path) -> Iterator[Path]:
    """A folder to fill; only when it is full does anything stand at `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as unfinished:
        folder = Path(unfinished) / "backup"
        folder.mkdir(mode=0o700)
        yield folder
        if target.suffix != ".tar":
            folder.rename(target)
            return
        packed = Path(unfinished) / "packed.tar"
        with packed.open("xb") as file, tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(folder, arcname=".")
        packed.chmod(0o600)
        packed.rename(target)


def _copy(desk: Desk, folder: Path, *, with_database: bool) -> list[str]:
    taken_at, digest = datetime.now(UTC), ""
    source = copies.sqlite_file(desk.settings.store_url)
    if with_database:
        if source is None:
            raise RuleViolationError(_NO_DATABASE)
        copies.copy_database(source, folder / copies.DATABASE)
        digest = copies.digest_of_file(folder / copies.DATABASE)
    # After the database: a blob is written before the row that names it, so every row of the copy finds its blob.
    names = copies.blobs_of(desk.store.engine)
    lost = list(copies.copy_blobs(names, desk.settings.path(desk.settings.store.blobs), folder / copies.BLOBS))
    manifest = copies.Manifest(taken_at.isoformat(), __version__, NEWEST, digest, len(names) - len(lost))
    copies.write_manifest(folder, manifest)
    return lost


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--database-restored",
    is_flag=True,
    help="After pg_restore: add the raw messages, and hold what may have been sent.",
)
@click.pass_context
def restore(ctx: click.Context, source: Path, *, database_restored: bool) -> None:
    """Put the backup SOURCE into the place that the configuration names, which must be empty.

    What was on its way out is held: the desk looks for it in the Sent folder, and where that says nothing a person
    decides. Open drafts must be read again, log-ins end, and work items get numbers that no customer has seen.
    """
    settings = read_settings(ctx, needs_secrets=False)
    target = copies.sqlite_file(settings.store_url)
    if not database_restored and target is not None and target.exists():
        raise RuleViolationError(f"{target} is there already; move it away, a restore goes into an empty place")
    with _opened(source) as folder:
        manifest = copies.read_manifest(folder)
        if bool(manifest.database) == database_restored:
            raise RuleViolationError(
                "this backup holds the database; leave out --database-restored"
                if database_restored
                else f"this backup holds no database: {_NO_DATABASE.partition('.')[0]}; put it back with pg_restore, "
                "then use --database-restored"
            )
        lost = _restore_blobs(folder, settings)
        held = _restore_store(folder, manifest, settings) if manifest.database else _hold(settings, manifest)
    for sentence in lost:
        click.echo(f"LOST {sentence}", err=True)
    click.echo(f"restored as of {manifest.moment:%Y-%m-%d %H:%M:%S} UTC")
    click.echo(f"{held.outbox} outbox entries are held until it is known whether they were sent")
    click.echo(f"{held.drafts} open drafts must be read again before they can be approved")
    ctx.exit(1 if lost else 0)


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield source
        return
    with TemporaryDirectory(prefix="creditdesk-restore.", dir=source.parent) as unpacked:
        try:
            with tarfile.open(source, "r:") as archive:
                archive.extractall(unpacked, filter="data")
        except (tarfile.TarError, OSError) as error:
            raise PermanentError(f"{source} is no whole backup of Creditdesk: {error}") from error
        yield Path(unpacked)


def _restore_blobs(folder: Path, settings: Settings) -> list[str]:
    """Blobs first: should this be broken off, they harm nobody, and the next try writes them again."""
    source, target = folder / copies.BLOBS, settings.path(settings.store.blobs)
    names = sorted(path.name for path in source.glob("??/*") if path.is_file()) if source.is_dir() else []
    return list(copies.copy_blobs(names, source, target))


def _restore_store(folder: Path, manifest: copies.Manifest, settings: Settings) -> Held:
    target = copies.sqlite_file(settings.store_url)
    if target is None:
        raise RuleViolationError("this backup holds an SQLite database, and the configuration names PostgreSQL")
    database = folder / copies.DATABASE
    if copies.digest_of_file(database) != manifest.database:
        raise PermanentError(f"{database} was changed since it was copied")
    unfinished = copies.begin_restore(database, target)
    copies.check_database(unfinished)
    url = f"sqlite:///{unfinished.absolute()}"
    held = _hold(replace(settings, store=settings.store.model_copy(update={"url": url})), manifest)
    copies.finish_restore(unfinished, target)
    return held


def _hold(settings: Settings, manifest: copies.Manifest) -> Held:
    store = open_store(settings)
    try:
        return hold_after_restore(manifest.moment, store=store, clock=SystemClock())
    finally:
        store.close()
