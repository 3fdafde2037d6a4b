"""How a round went, as a table in the terminal."""

from __future__ import annotations

import click

from bot.cli.desk import print_table
from bot.jobs.once import MailboxRound, Round

_HEADINGS = ("mailbox", "on server", "stored", "duplicate", "quarantined", "out of scope", "missing", "closes")


def print_round(done: Round) -> None:
    """One row a mailbox: on server = stored + duplicate + quarantined + out of scope."""
    print_table(_HEADINGS, [_row(one) for one in done.mailboxes])
    taken = done.taken_in
    click.echo(
        f"{taken.messages} messages taken in, {taken.automatic} of them automatic; {taken.items} work items opened; "
        f"{taken.drafts} drafts written; {taken.quarantined} to quarantine; {done.sent} sent"
    )
    if done.waiting:
        click.echo(f"{done.waiting} messages could not be taken in this time; the next run tries them again", err=True)
    for one in done.mailboxes:
        if one.error:
            click.echo(one.error if one.error.startswith(one.slug) else f"{one.slug}: {one.error}", err=True)


def _row(one: MailboxRound) -> tuple[str, ...]:
    found = one.balance
    if found is None:
        return (one.slug, *("-" for _ in _HEADINGS[1:-1]), "failed")
    counts = (
        found.on_server,
        found.stored,
        found.duplicate,
        found.quarantined,
        found.out_of_scope,
        found.missing,
    )
    return (one.slug, *(str(count) for count in counts), "yes" if found.closes else "NO")
