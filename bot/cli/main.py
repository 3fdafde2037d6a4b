"""The command line: which commands there are. Each lives in a module that is imported only when it is used."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from bot import __version__
from bot.errors import BotError

# Command → the module and function behind it, and what --help says. Heavy libraries must not slow the list down.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("bot.cli.demo:demo", "The whole desk on sample mail; nothing leaves this machine."),
    "init": ("bot.cli.setting_up:init", "Write editable copies of configuration and templates into FOLDER."),
    "check": ("bot.cli.setting_up:check", "Read the configuration and try every mailbox, the sender and the store."),
    "sign-in": ("bot.cli.signing_in:sign_in", "Let a person sign in for a login by OAuth, or make a key for it."),
    "mailbox-rule": (
        "bot.cli.mailbox_rules:mailbox_rule",
        "Print the rule by which a mail server brings the desk its mail.",
    ),
    "migrate": ("bot.cli.setting_up:migrate", "Bring the store to the tables of this version."),
    "backup": ("bot.cli.upkeep:backup", "Copy the store, while the desk runs."),
    "restore": ("bot.cli.upkeep:restore", "Put a backup back into an empty place; nothing is sent again."),
    "user": ("bot.cli.users:user", "The people who use the desk: add, change, lock, help them in."),
    "run": ("bot.cli.running:run", "Scheduler, workers and review page in one process."),
    "web": ("bot.cli.running:web", "The review page alone."),
    "ingest": ("bot.cli.mail_in:ingest", "Take in .eml files, folders, Maildirs, mbox files, or - for standard input."),
    "sort": ("bot.cli.mail_in:sort", "The verdict for each message; nothing is stored."),
    "items": ("bot.cli.lists:items", "List work items."),
    "drafts": ("bot.cli.lists:drafts", "List drafts."),
    "outbox": ("bot.cli.lists:outbox", "List what is on its way out, or decide about an uncertain message."),
    "quarantine": ("bot.cli.lists:quarantine", "List what is held for an operator."),
    "tasks": ("bot.cli.tasks:tasks", "List what people have to look at beside work items."),
    "record": ("bot.cli.lists:record", "List who changed what."),
    "show": ("bot.cli.decisions:show", "Show a work item with its conversation and drafts."),
    "approve": ("bot.cli.decisions:approve", "Approve a draft: exactly this text will be sent."),
    "reject": ("bot.cli.decisions:reject", "Reject a draft, with the reason."),
    "revise": ("bot.cli.decisions:revise", "Write the next version of a draft."),
    "reply": ("bot.cli.item_work:reply", "Start a reply where no draft waits."),
    "release": ("bot.cli.decisions:release", "Let a quarantined message be tried again."),
    "assign": ("bot.cli.item_work:assign", "Give a work item to a person."),
    "note": ("bot.cli.item_work:note", "Write an internal note on a work item."),
    "wait": ("bot.cli.item_work:wait", "Mark that the customer has to answer first."),
    "hold": ("bot.cli.reminding:hold", "Hold reminders of an invoice, end a hold, or list the holds."),
    "remind": ("bot.cli.reminding:remind", "Write the reminders that are due today, as drafts."),
    "report": ("bot.cli.reports:report", "Print a report as it was at a moment."),
    "resolve": ("bot.cli.item_work:resolve", "End a work item with its resolution."),
    "reopen": ("bot.cli.item_work:reopen", "Open a work item again."),
    "resort": ("bot.cli.item_work:resort", "Put a work item under another category."),
    "correct": ("bot.cli.item_work:correct", "Say which numbers, amounts and states a message is about."),
    "merge": ("bot.cli.item_work:merge", "Let one work item go into another."),
    "split": ("bot.cli.item_work:split", "Make a new work item of some of the messages."),
    "import": ("bot.cli.ledger:import_", "Import customers, invoices, orders or certificates."),
    "train": ("bot.cli.training:train", "Train the sorter on the examples."),
    "examples": ("bot.cli.examples:examples", "List, write out or delete the examples that were kept."),
    "evaluate": ("bot.cli.training:evaluate", "Compare a model with the one in use, or measure one on examples."),
    "model": ("bot.cli.models:model", "List the models, promote one, or go back to the one before."),
    "replay": ("bot.cli.replay:replay", "Show how past mail would be sorted now; nothing is changed."),
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is used, not when it is listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="creditdesk")
@click.option("--config", "config", metavar="FOLDER", help="The configuration folder (or CREDITDESK_CONFIG).")
@click.pass_context
def cli(ctx: click.Context, config: str | None) -> None:
    """The mail desk of a credit department."""
    ctx.obj = config


def main() -> None:
    """The entry of the `creditdesk` command. An error of the desk is a sentence, not a traceback."""
    try:
        # Without standalone mode click answers with the exit status that a command asked for.
        sys.exit(cli(standalone_mode=False))
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BotError as error:
        click.echo(f"creditdesk: {error}", err=True)
        sys.exit(1)
