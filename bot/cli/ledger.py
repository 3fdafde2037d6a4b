"""`creditdesk import`: the ledger from a file."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.desk import as_json, as_user, open_desk, print_json
from bot.erp.mapping_file import read_mapping
from bot.erp.table_file import read_table
from bot.ledger.rows import read_rows
from bot.steps.import_ledger import IMPORTABLE, import_ledger

SHOWN = 50


@click.command(name="import")
@click.argument("kind", type=click.Choice(IMPORTABLE))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", help="The sheet of an Excel file; default the first.")
@as_user
@as_json
@click.pass_context
def import_(ctx: click.Context, kind: str, file: Path, sheet: str | None, person: str, *, is_json: bool) -> None:
    """Import customers, invoices, orders or certificates from CSV or Excel. Exits 2 where rows were refused."""
    with open_desk(ctx) as desk:
        read = read_rows(kind, read_table(file, sheet), read_mapping(desk.settings.ledger_file))
        saved = import_ledger(kind, read, file.name, person, store=desk.store, clock=desk.clock)
    refused = [
        {"line": one.line, "column": one.column, "value": one.value, "reason": one.reason} for one in read.refused
    ]
    if is_json:
        print_json([{"kind": kind, "file": file.name, "saved": saved, "refused": refused, "notes": list(read.notes)}])
    else:
        click.echo(f"{saved} {kind} imported from {file.name}, {len(refused)} rows refused")
        for sentence in read.notes:
            click.echo(f"note: {sentence}")
        for one in read.refused[:SHOWN]:
            where = f", {one.column} {one.value!r}" if one.column else ""
            click.echo(f"{file.name}: line {one.line}{where}: {one.reason}", err=True)
        if len(refused) > SHOWN:
            click.echo(f"and {len(refused) - SHOWN} more; --json lists them all", err=True)
    if refused:
        ctx.exit(2)
