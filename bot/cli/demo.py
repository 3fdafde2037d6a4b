"""`creditdesk demo`: the whole desk on sample mail. Mail leaves only into a folder of this machine."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.bootstrap import Desk, build
from bot.cli.balance import print_round
from bot.cli.running import serve
from bot.demo.csv_out import write_csv
from bot.demo.ledger import sample_ledger
from bot.demo.mail_samples import sample_mail
from bot.demo.maildirs import write_maildirs
from bot.desk.user import Role
from bot.erp.mapping_file import read_mapping
from bot.erp.table_file import read_table
from bot.errors import SettingsError
from bot.jobs import once
from bot.jobs.embedded import EmbeddedEngine
from bot.ledger.rows import read_rows
from bot.log import set_up
from bot.settings import load
from bot.steps.import_ledger import IMPORTABLE, import_ledger
from bot.steps.keep_users import add_user

USER = "demo"
# Only a folder that the demo made itself is ever emptied.
MARKER = ".creditdesk-demo"

BOT_TOML = """\
[company]
name = "Northgate"
domains = ["northgate.example"]
holidays = [2026-11-26, 2026-11-27, 2026-12-24, 2026-12-25, 2027-01-01]

[store]
url = "sqlite:///../desk.sqlite3"
blobs = "../blobs"

[outgoing]
protocol = "maildir"
path = "../delivered"
"""

MAILBOX_TOML = """\
[{slug}]
address = "{slug}@northgate.example"
protocol = "maildir"
path = "../mail/{slug}"
sent_folder = "../mail/{slug}-sent"
start = "all"
poll_every = "5s"

"""


@click.command()
@click.option("--once", "is_once", is_flag=True, help="Stop after one round and print what it did.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("creditdesk-demo"), show_default=True,
    help="Where the demo lives; made anew each time.",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8080, show_default=True, help="The next free one where it is taken.")
def demo(folder: Path, host: str, port: int, *, is_once: bool) -> None:
    """The whole desk on sample mail and a sample ledger; nothing leaves this machine."""
    set_up("error")
    console = Console()
    now = datetime.now(UTC)
    _make_folder(folder)
    with _hold(folder):
        _show(folder, now, console, (host, port), is_once=is_once)


def _show(folder: Path, now: datetime, console: Console, where: tuple[str, int], *, is_once: bool) -> None:
    messages = sample_mail(now)
    write_maildirs(messages, folder / "mail")
    write_csv(sample_ledger(now), folder / "ledger")
    desk = build(load(folder / "config", {}))
    try:
        _import(desk, folder / "ledger", console)
        password = secrets.token_urlsafe(9)
        add_user(USER, Role.ADMINISTRATOR, password, "creditdesk demo", store=desk.store, clock=desk.clock)
        print_round(_round(desk, len(messages), console))
        if is_once:
            return
        _serve(desk, console, (where[0], _free_port(*where)), password)
    finally:
        desk.close()


def _round(desk: Desk, expected: int, console: Console) -> once.Round:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar:
        fetching = bar.add_task("fetched", total=expected)
        working = bar.add_task("worked", total=expected)
        told = once.Progress(lambda n: bar.advance(fetching, n), lambda n: bar.advance(working, n))
        done = once.run_once(desk, told)
        # Duplicates are fetched but not worked again.
        bar.update(working, total=bar.tasks[working].completed)
    return done


def _serve(desk: Desk, console: Console, where: tuple[str, int], password: str) -> None:
    host, port = where
    console.print(f"\nReview page: http://{host}:{port}/", highlight=False)
    console.print(f"Log in as:   {USER}", highlight=False)
    console.print(f"Password:    {password}", highlight=False)
    console.print(
        f"Approved replies arrive in {desk.settings.path(desk.settings.outgoing.path).resolve()}; "
        "nothing leaves this machine. Ctrl-C ends the demo.",
        highlight=False,
        soft_wrap=True,
    )
    engine = EmbeddedEngine(desk)
    engine.start()
    try:
        serve(desk, host, port)
    finally:
        engine.stop()


def _make_folder(folder: Path) -> None:
    if folder.exists():
        if _is_running(folder):
            raise SettingsError(f"a demo runs in {folder} already; end it, or choose another folder with --folder")
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise SettingsError(f"{folder} holds something that the demo did not make; choose another with --folder")
        shutil.rmtree(folder)
    config = folder / "config"
    config.mkdir(parents=True)
    (folder / MARKER).write_text("Made by creditdesk demo, and made anew at its next start.\n", encoding="utf-8")
    (config / "bot.toml").write_text(BOT_TOML, encoding="utf-8")
    tables = "".join(MAILBOX_TOML.format(slug=slug) for slug in ("icc", "invoicing", "tax-exempt"))
    (config / "mailboxes.toml").write_text(tables, encoding="utf-8")


def _hold(folder: Path) -> IO[str]:
    """Keep the folder ours while the returned file is open; the system frees it whatever ends this process."""
    marker = (folder / MARKER).open("a", encoding="utf-8")
    fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return marker


def _is_running(folder: Path) -> bool:
    if not (folder / MARKER).is_file():
        return False
    try:
        _hold(folder).close()
    except BlockingIOError:
        return True
    return False


def _import(desk: Desk, folder: Path, console: Console) -> None:
    mapping = read_mapping(desk.settings.ledger_file)
    counts = []
    for kind in IMPORTABLE:
        path = folder / f"{kind}.csv"
        read = read_rows(kind, read_table(path), mapping)
        counts.append(f"{import_ledger(kind, read, path.name, USER, store=desk.store, clock=desk.clock)} {kind}")
    console.print(f"Sample ledger: {', '.join(counts)}", highlight=False)


def _free_port(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + 100):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except OSError:
                continue
            return port
    raise SettingsError(f"no port from {wanted} to {wanted + 99} is free on {host}; choose one with --port")
