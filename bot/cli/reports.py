"""Reports in the terminal: as text, or as JSON in which each figure is the list behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from bot.cli.desk import as_user, open_desk
from bot.desk.clock import exact
from bot.desk.user import Role
from bot.reports.sla_summary import Line, SlaSummary, sla_summary
from bot.steps.persons import known_person
from bot.store.report_facts import sla_facts

REPORTS = {"sla-daily": 1, "sla-weekly": 7}
_SEES_ALL = (Role.MANAGER, Role.ADMINISTRATOR)


@click.command()
@click.argument("name", type=click.Choice(list(REPORTS)))
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--as-of", type=click.DateTime(), help="A past moment in the company's time; default now.")
@as_user
@click.pass_context
def report(ctx: click.Context, name: str, shape: str, as_of: datetime | None, person: str) -> None:
    """Print a report as it was at a moment. Figures by person are shown to that person and to managers."""
    with open_desk(ctx) as desk:
        with desk.store.look() as uow:
            reader = known_person(uow, person)
        zone = ZoneInfo(desk.settings.company.time_zone)
        moment = as_of.replace(tzinfo=zone).astimezone(UTC) if as_of else desk.clock.now()
        since = moment - timedelta(days=REPORTS[name])
        facts = sla_facts(desk.store.engine, desk.settings.sla, since, moment)
        people = None if reader.role in _SEES_ALL else frozenset({reader.name})
        made = sla_summary(facts, since, moment, people)
    if shape == "json":
        click.echo(json.dumps(asdict(made), default=_plain, ensure_ascii=False))
        return
    click.echo("\n".join(_text(made, zone)))


def _plain(value: object) -> str | float:
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _text(made: SlaSummary, zone: ZoneInfo) -> Iterator[str]:
    yield f"From {made.since.astimezone(zone):%a %Y-%m-%d %H:%M} to {made.as_of.astimezone(zone):%a %Y-%m-%d %H:%M}"
    yield f"{'':30} {'in':>6} {'done':>6} {'open':>6} {'late':>6} {'soon':>6}"
    yield _row(made.total)
    for group, lines in made.by.items():
        yield f"by {group}"
        yield from (_row(line) for line in lines)
    for kind, spread in made.spreads.items():
        if spread.median is not None and spread.p90 is not None:
            share = f"{len(spread.met)} of {len(spread.items)} within target"
            yield f"{kind.replace('_', ' ')}: median {exact(spread.median)}, 90 % {exact(spread.p90)}, {share}"
    for number, opened_at in made.oldest:
        yield f"open since {opened_at.astimezone(zone):%Y-%m-%d %H:%M}: {number}"


def _row(line: Line) -> str:
    figures = (line.came_in, line.done, line.open, line.late, line.soon)
    return f"{line.name[:30]:30} " + " ".join(f"{len(one):6}" for one in figures)
