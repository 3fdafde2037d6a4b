"""`creditdesk examples`: what was kept of corrections, to be looked at, taken along or deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.desk import as_json, as_user, open_desk, print_json, print_table
from bot.cli.own_examples import example_row
from bot.desk.example import OwnExample
from bot.errors import RuleViolationError
from bot.steps.forget_examples import forget_examples


@click.command()
@click.option(
    "--export", "export_to", type=click.Path(path_type=Path), metavar="FILE", help="Write them as JSON Lines."
)
@click.option("--delete", "message_ids", type=int, multiple=True, metavar="MESSAGE", help="Delete that of a message.")
@click.option("--delete-all", is_flag=True, help="Delete all of them.")
@as_user
@as_json
@click.pass_context
def examples(
    ctx: click.Context,
    export_to: Path | None,
    message_ids: tuple[int, ...],
    person: str,
    *,
    delete_all: bool,
    is_json: bool,
) -> None:
    """List the examples that were kept of corrections, oldest first."""
    with open_desk(ctx) as desk:
        if message_ids or delete_all:
            chosen = None if delete_all else message_ids
            count = forget_examples(chosen, person, store=desk.store, clock=desk.clock)
            click.echo(f"{count} deleted; the messages themselves stay")
            return
        with desk.store.look() as uow:
            kept = uow.examples.kept()
        consents = desk.policy.learning.keeps
    if export_to is not None:
        _export(kept, export_to)
        click.echo(f"{len(kept)} written to {export_to}")
    elif is_json:
        print_json([example_row(one) for one in kept])
    else:
        _print(kept)
        if not consents:
            click.echo("nothing more is kept: learning.keep_corrections is false in bot.toml", err=True)


def _export(kept: Sequence[OwnExample], path: Path) -> None:
    lines = [json.dumps(example_row(one), ensure_ascii=False, sort_keys=True) + "\n" for one in kept]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise RuleViolationError(f"{path} cannot be written: {error.strerror}") from error


def _print(kept: Sequence[OwnExample]) -> None:
    headings = ("message", "kept on", "by", "desk said", "right is", "numbers", "use", "subject")
    rows = [
        (
            str(one.message_id),
            one.corrected_at.date().isoformat(),
            one.corrected_by,
            one.said.category,
            ", ".join(one.right.categories),
            "corrected" if one.right.facts is not None else "",
            "judging" if one.is_held_out else "training",
            one.mail.subject[:60],
        )
        for one in kept
    ]
    print_table(headings, rows)
