"""Setting the desk up: editable copies, a check of everything, the store's tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from bot.bootstrap import Desk, open_store
from bot.cli.desk import open_desk, read_settings
from bot.errors import BotError, NotFoundError
from bot.settings import shipped
from bot.steps.exercise_mailbox import ExercisePorts, exercise_mailbox


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write editable copies of configuration and templates into FOLDER. Files that are there stay as they are."""
    written = 0
    for kind in ("config", "templates"):
        source = shipped(kind)
        for path in sorted(source.rglob("*")):
            target = folder / kind / path.relative_to(source)
            if path.is_dir() or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            written += 1
    click.echo(f"{written} files written below {folder}")
    click.echo(f"edit {folder / 'config' / 'bot.toml'} and {folder / 'config' / 'mailboxes.toml'}, then try:")
    click.echo(f"  creditdesk --config {folder / 'config'} check")


@click.command()
@click.option("--exercise", metavar="MAILBOX", help="Let this mailbox send one mail to itself, and follow it.")
@click.option("--patience", default=120, show_default=True, help="For how many seconds its arrival is waited for.")
@click.pass_context
def check(ctx: click.Context, exercise: str | None, patience: int) -> None:
    """Read the configuration and try every mailbox, the sender and the store. Exits 1 where something is wrong."""
    with open_desk(ctx, needs_secrets=True) as desk:
        if exercise is not None:
            ctx.exit(0 if _exercise(desk, exercise, timedelta(seconds=patience)) else 1)
        tries: list[tuple[str, Callable[[], str]]] = [
            *((f"mailbox {slug}", _check_of(desk, slug)) for slug in desk.settings.mailboxes),
            ("outgoing", desk.sender.check),
            ("store", lambda: f"{desk.store.engine.dialect.name}, at the newest migration"),
        ]
        failures = sum(not _passes(name, attempt) for name, attempt in tries)
        for alarm in desk.health().alarms:
            click.echo(f"ALARM  {alarm.told}")
            failures += 1
    ctx.exit(1 if failures else 0)


def _exercise(desk: Desk, slug: str, patience: timedelta) -> bool:
    if slug not in desk.settings.mailboxes:
        raise NotFoundError(f"there is no mailbox {slug}; there are: {', '.join(desk.settings.mailboxes)}")
    address, settles = desk.settings.mailboxes[slug].address, desk.poll_policy(slug).settles
    with closing(desk.open_mailbox(slug)) as mailbox, closing(desk.sent_folder(slug)) as sent_folder:
        ports = ExercisePorts(mailbox, sent_folder, desk.sender, desk.clock)
        proofs = []
        for proof in exercise_mailbox(address, ports, desk.operator, patience, settles=settles):
            click.echo(f"{'ok    ' if proof.is_good else 'FAILED'} {proof.what}: {proof.told}")
            proofs.append(proof)
    return all(proof.is_good for proof in proofs)


def _check_of(desk: Desk, slug: str) -> Callable[[], str]:
    def attempt() -> str:
        mailbox = desk.open_mailbox(slug)
        try:
            return mailbox.check()
        finally:
            mailbox.close()

    return attempt


def _passes(name: str, attempt: Callable[[], str]) -> bool:
    try:
        click.echo(f"ok     {name}: {attempt()}")
    except BotError as error:
        click.echo(f"FAILED {name}: {error}")
        return False
    return True


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the store to the tables of this version."""
    store = open_store(read_settings(ctx, needs_secrets=False))
    click.echo(f"{store.engine.dialect.name}: at the newest migration")
    store.close()
