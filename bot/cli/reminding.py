"""Reminders and the holds that keep them back."""

from __future__ import annotations

from datetime import datetime

import click

from bot.cli.desk import as_json, as_user, open_desk, print_json, print_table
from bot.jobs.work import remind as remind_all
from bot.steps.hold_invoice import end_hold, hold_invoice
from bot.stored import Hold


@click.command()
@click.pass_context
def remind(ctx: click.Context) -> None:
    """Write the reminders that are due today, as drafts; a running desk does so by itself."""
    with open_desk(ctx) as desk:
        count = remind_all(desk)
    click.echo(f"{count} reminders drafted")


@click.command()
@click.argument("invoice", required=False)
@click.option("--reason", help="Why nobody is reminded of it, such as: promised.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the hold.")
@click.option("--owner", metavar="USER", help="Who sees to it; default the one who sets it.")
@click.option("--end", "is_end", is_flag=True, help="End the hold.")
@as_user
@as_json
@click.pass_context
def hold(
    ctx: click.Context, /, invoice: str | None, person: str, *, is_end: bool, is_json: bool, **said: object
) -> None:
    """Hold reminders of an invoice, or end the hold; without INVOICE, list the holds."""
    reason, owner, until = said["reason"], said["owner"], said["until"]
    with open_desk(ctx) as desk:
        if invoice is None:
            with desk.store.look() as uow:
                holds = uow.reminders.open_holds()
            _print(holds, is_json=is_json)
        elif is_end:
            end_hold(invoice, person, store=desk.store, clock=desk.clock)
            click.echo(f"the hold on {invoice} is ended")
        else:
            day = until.date() if isinstance(until, datetime) else None
            made = Hold(invoice, str(reason or ""), str(owner or person), day, person)
            hold_invoice(made, store=desk.store, clock=desk.clock)
            click.echo(f"{invoice} is on hold{f' until {day}' if day else ''}")


def _print(holds: list[Hold], *, is_json: bool) -> None:
    rows = [(one.invoice_number, one.reason, one.owner, str(one.until or ""), one.set_by) for one in holds]
    headings = ("invoice", "reason", "owner", "until", "set by")
    if is_json:
        print_json([dict(zip(("invoice", "reason", "owner", "until", "set_by"), row, strict=True)) for row in rows])
        return
    print_table(headings, rows)
