"""How a round went, as a table in the terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot.jobs.once import MailboxRound, Round

_COLUMNS = ("on server", "stored", "duplicate", "quarantined", "out of scope", "missing")


def print_round(done: Round) -> None:
    """One row a mailbox: on server = stored + duplicate + quarantined + out of scope."""
    table = Table(title="Balance", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1))
    table.add_column("mailbox", no_wrap=True)
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("closes")
    for one in done.mailboxes:
        table.add_row(one.slug, *_cells(one))
    console = Console()
    console.print(table)
    taken = done.taken_in
    console.print(
        f"{taken.messages} messages taken in, {taken.automatic} of them automatic; {taken.items} work items opened; "
        f"{taken.drafts} drafts written; {taken.quarantined} to quarantine; {done.sent} sent",
        highlight=False,
    )
    for one in done.mailboxes:
        if one.error:
            console.print(f"{one.slug}: {one.error}", style="red", highlight=False, markup=False)


def _cells(one: MailboxRound) -> tuple[str, ...]:
    found = one.balance
    if found is None:
        return (*("–" for _ in _COLUMNS), "failed")
    counts = (
        found.on_server,
        found.stored,
        found.duplicate,
        found.quarantined,
        found.out_of_scope,
        found.missing,
    )
    return (*(str(count) for count in counts), "yes" if found.closes else "NO")
