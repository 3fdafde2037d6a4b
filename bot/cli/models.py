"""`creditdesk model`: which models there are, which one sorts, and changing that."""

from __future__ import annotations

import click

from bot.cli.desk import as_user, open_desk, print_table
from bot.cli.training import model_folder
from bot.desk.model_choice import SHIPPED, champion_of
from bot.steps.choose_model import promote as promote_model
from bot.steps.choose_model import roll_back
from classifiers.sorter import Sorter


@click.group()
def model() -> None:
    """List the models, promote one, or go back to the one before."""


@model.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """All models, and how they fared against the one in use."""
    with open_desk(ctx) as desk:
        folder = desk.settings.path(desk.settings.learning.models)
        with desk.store.look() as uow:
            choices = uow.models.choices()
            champion = champion_of(choices)
            fared = {one.challenger: one.said for one in uow.models.compared(champion)}
    there = sorted(path.parent.name for path in folder.glob("*/config.cfg"))
    chosen = {choice.name: choice for choice in reversed(choices)}
    rows = [
        (
            name or "(shipped)",
            "in use" if name == champion else "",
            chosen[name].chosen_at.date().isoformat() if name in chosen else "",
            chosen[name].chosen_by if name in chosen else "",
            chosen[name].why if name == champion and name in chosen else fared.get(name, ""),
        )
        for name in (SHIPPED, *there)
    ]
    print_table(("model", "", "chosen on", "by", "why, or how it compares"), rows)


@model.command()
@click.argument("name")
@click.option("--anyway", is_flag=True, help="Also where nothing shows that it is better; it goes on record.")
@as_user
@click.pass_context
def promote(ctx: click.Context, name: str, person: str, *, anyway: bool) -> None:
    """Let NAME sort from the next batch of mail on. The model before it stays, for rollback."""
    with open_desk(ctx) as desk:
        # It must be whole before a running desk is sent to it.
        Sorter.load(model_folder(desk, name), ask_encoder=desk.settings.sorting.encoder)
        chosen = promote_model(name, person, anyway=anyway, store=desk.store, clock=desk.clock)
    click.echo(f"{chosen.name} sorts from now on; {chosen.why}")


@model.command()
@click.option("--reason", default="", help="Why, for the record.")
@as_user
@click.pass_context
def rollback(ctx: click.Context, reason: str, person: str) -> None:
    """Go back to the model before the present one."""
    with open_desk(ctx) as desk:
        chosen = roll_back(reason, person, store=desk.store, clock=desk.clock)
    click.echo(f"{chosen.name or 'the shipped model'} sorts from now on")
