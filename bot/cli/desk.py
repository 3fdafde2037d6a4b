"""Opening the desk for a command, and the options that many commands share."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from bot.bootstrap import Desk, build
from bot.errors import SettingsError
from bot.log import set_up
from bot.settings import Settings, config_folder, load, shipped

as_user = click.option(
    "--as", "person", metavar="USER", default=getpass.getuser, show_default="your login name", help="Who does this."
)
as_json = click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")


def read_settings(ctx: click.Context, *, needs_secrets: bool = True) -> Settings:
    """The configuration that --config or the environment names."""
    return load(config_folder(ctx.obj), needs_secrets=needs_secrets)


@contextmanager
def open_desk(ctx: click.Context, *, needs_secrets: bool = False) -> Iterator[Desk]:
    """The desk of the configuration, given back at the end. Only what opens mailboxes or sends `needs_secrets`."""
    set_up("warning")
    if config_folder(ctx.obj) == shipped("config"):
        raise SettingsError("no configuration is named: give --config or CREDITDESK_CONFIG; creditdesk init makes one")
    desk = build(read_settings(ctx, needs_secrets=needs_secrets))
    try:
        yield desk
    finally:
        desk.close()


def print_json(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, the last one free."""
    if not rows:
        click.echo("nothing")
        return
    widths = [max(len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    for row in (headings, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
