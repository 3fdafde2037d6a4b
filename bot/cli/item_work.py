"""What a person does with a work item."""

from __future__ import annotations

from datetime import datetime

import click

from bot.cli.desk import as_user, open_desk
from bot.desk.reading import KINDS
from bot.desk.resolution import Resolution
from bot.steps import work_on_item
from bot.steps.correct_reading import correct_reading
from bot.steps.redrafting import start_reply


@click.command()
@click.argument("number")
@click.argument("assignee", required=False)
@as_user
@click.pass_context
def assign(ctx: click.Context, number: str, assignee: str | None, person: str) -> None:
    """Give a work item to ASSIGNEE; without one, to nobody."""
    with open_desk(ctx) as desk:
        item = work_on_item.assign(number, assignee, person, store=desk.store, clock=desk.clock)
    click.echo(f"{item.number} is assigned to {item.assignee or 'nobody'}")


@click.command()
@click.argument("number")
@click.argument("body")
@as_user
@click.pass_context
def note(ctx: click.Context, number: str, body: str, person: str) -> None:
    """Write an internal note on a work item. It never becomes part of a mail."""
    with open_desk(ctx) as desk:
        work_on_item.note(number, body, person, store=desk.store, clock=desk.clock)
    click.echo("noted")


@click.command()
@click.argument("number")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day that was agreed; it opens again by itself.")
@as_user
@click.pass_context
def wait(ctx: click.Context, number: str, until: datetime | None, person: str) -> None:
    """Mark that the customer has to answer first. Its clocks pause."""
    with open_desk(ctx) as desk:
        day = until.date() if until else None
        item = work_on_item.wait(number, person, store=desk.store, clock=desk.clock, until=day)
    click.echo(f"{item.number} is {item.state}{f' until {item.waiting_until}' if item.waiting_until else ''}")


@click.command()
@click.argument("number")
@click.argument("resolution", type=click.Choice([one.value for one in Resolution]))
@click.option("--document", default="", help="The ERP's number of the invoice, credit or refund made.")
@as_user
@click.pass_context
def resolve(ctx: click.Context, number: str, resolution: str, document: str, person: str) -> None:
    """End a work item with its resolution."""
    with open_desk(ctx) as desk:
        item = work_on_item.resolve(number, resolution, document, person, store=desk.store, clock=desk.clock)
    click.echo(f"{item.number} is {item.state}: {item.resolution} {item.document_number}".rstrip())


@click.command()
@click.argument("number")
@as_user
@click.pass_context
def reopen(ctx: click.Context, number: str, person: str) -> None:
    """Open a work item again."""
    with open_desk(ctx) as desk:
        item = work_on_item.reopen(number, person, store=desk.store, clock=desk.clock)
    click.echo(f"{item.number} is {item.state}")


@click.command()
@click.argument("number")
@click.argument("category")
@click.option("--reason")
@as_user
@click.pass_context
def resort(ctx: click.Context, number: str, category: str, reason: str | None, person: str) -> None:
    """Put a work item under another category; the reply for it is drafted."""
    with open_desk(ctx) as desk:
        item = work_on_item.resort(
            number,
            work_on_item.Correction(category, reason, person),
            store=desk.store,
            clock=desk.clock,
            renderer=desk.renderer,
            policy=desk.policy,
        )
    click.echo(f"{item.number} is {item.category}/{item.reason or '-'} in queue {item.queue}")


@click.command()
@click.argument("number")
@click.option("--invoice", multiple=True, help="As often as there are invoices.")
@click.option("--po", multiple=True)
@click.option("--amount", multiple=True, help="Such as 1,204.50.")
@click.option("--state", multiple=True, help="By name or postal code.")
@click.option("--none", "none", type=click.Choice(list(KINDS)), multiple=True, help="It is about no such thing.")
@as_user
@click.pass_context
def correct(ctx: click.Context, /, number: str, person: str, none: tuple[str, ...], **given: tuple[str, ...]) -> None:
    """Say what the newest message of an item is about. What is named replaces what the desk read of that kind."""
    wanted = {kind: values for kind, values in given.items() if values} | dict.fromkeys(none, ())
    with open_desk(ctx) as desk:
        item = correct_reading(
            number, wanted, person, store=desk.store, clock=desk.clock, renderer=desk.renderer, policy=desk.policy
        )
    click.echo(f"{item.number} is read so now")


@click.command()
@click.argument("number")
@as_user
@click.pass_context
def reply(ctx: click.Context, number: str, person: str) -> None:
    """Start a reply where no draft waits, also where the desk would not write one by itself."""
    with open_desk(ctx) as desk:
        item = start_reply(
            number, person, store=desk.store, clock=desk.clock, renderer=desk.renderer, policy=desk.policy
        )
    click.echo(f"a draft waits for {item.number}; see it with: creditdesk show {item.number}")


@click.command()
@click.argument("number")
@click.argument("survivor")
@as_user
@click.pass_context
def merge(ctx: click.Context, number: str, survivor: str, person: str) -> None:
    """Let NUMBER go into SURVIVOR, for good."""
    with open_desk(ctx) as desk:
        item = work_on_item.merge(number, survivor, person, store=desk.store, clock=desk.clock)
    click.echo(f"{number} leads to {item.number} now")


@click.command()
@click.argument("number")
@click.argument("message_ids", type=int, nargs=-1, required=True)
@as_user
@click.pass_context
def split(ctx: click.Context, number: str, message_ids: tuple[int, ...], person: str) -> None:
    """Make a new work item of some of the messages (their numbers are in `creditdesk show`)."""
    with open_desk(ctx) as desk:
        item = work_on_item.split(number, message_ids, person, store=desk.store, clock=desk.clock)
    click.echo(f"{item.number} holds them now")
