"""Reports in the terminal and as files, for now or any past moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.bootstrap import Desk
from bot.cli.desk import as_user, open_desk
from bot.reports.catalog import REPORTS
from bot.reports.json_form import as_json
from bot.reports.plain_text import as_text
from bot.reports.report import Report


def _text(_desk: Desk, made: Report, zone: ZoneInfo) -> bytes:
    return as_text(made, zone).encode()


def _json(_desk: Desk, made: Report, _zone: ZoneInfo) -> bytes:
    return f"{json.dumps(as_json(made), ensure_ascii=False)}\n".encode()


def _html(desk: Desk, made: Report, _zone: ZoneInfo) -> bytes:
    return desk.publisher().page(made).encode()


def _xlsx(desk: Desk, made: Report, _zone: ZoneInfo) -> bytes:
    return desk.publisher().workbook(made)


_FORMS: Mapping[str, Callable[[Desk, Report, ZoneInfo], bytes]] = {
    "text": _text,
    "json": _json,
    "html": _html,
    "xlsx": _xlsx,
}


_MOMENTS = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]


@click.command()
@click.argument("name", type=click.Choice(list(REPORTS)))
@click.option("--format", "form", type=click.Choice(list(_FORMS)), default="text", show_default=True)
@click.option("--as-of", type=click.DateTime(_MOMENTS), help="A past moment in the company's time; default now.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write into this file.")
@as_user
@click.pass_context
def report(ctx: click.Context, name: str, form: str, as_of: datetime | None, out: Path | None, person: str) -> None:
    """Print a report as it was at a moment. Figures by person are shown to that person and to their manager."""
    with open_desk(ctx) as desk:
        zone = ZoneInfo(desk.settings.company.time_zone)
        moment = as_of.replace(tzinfo=zone).astimezone(UTC) if as_of else desk.clock.now()
        written = _FORMS[form](desk, desk.report(name, desk.reader(person), moment), zone)
    if out is not None:
        out.write_bytes(written)
        click.echo(f"{out} written")
    else:
        click.echo(written, nl=False)
