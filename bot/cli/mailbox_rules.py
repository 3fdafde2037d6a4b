"""The text of the rule that brings the desk its mail."""

from __future__ import annotations

import click

from bot.cli.desk import read_settings
from bot.errors import NotFoundError
from bot.mail.mailbox_rule import LANGUAGES, WAYS, Routing, canary_hint, rule_text


@click.command("mailbox-rule")
@click.argument("name")
@click.option("--for", "language", type=click.Choice(LANGUAGES), required=True, help="The language of the rule.")
@click.option("--by", "way", type=click.Choice(WAYS), default="folder", show_default=True, help="How mail is routed.")
@click.option("--from", "source", metavar="ADDRESS", default="", help="With redirect: the mailbox it comes into now.")
@click.option("--address", "more", multiple=True, metavar="ADDRESS", help="A further address that the rule is for.")
@click.pass_context
def mailbox_rule(ctx: click.Context, name: str, *, language: str, way: str, source: str, more: tuple[str, ...]) -> None:
    """Print the rule that an administrator gives the mail server, so that it brings mail to the mailbox NAME."""
    settings = read_settings(ctx, needs_secrets=False)
    table = settings.mailboxes.get(name)
    if table is None:
        raise NotFoundError(f"mailboxes.toml has no mailbox {name}; there are {', '.join(settings.mailboxes)}")
    addresses = tuple(dict.fromkeys(one for one in (table.address, table.canary, *more) if one))
    routing = Routing(name, table.address, addresses, table.folder, source)
    click.echo(rule_text(language, way, routing), nl=False)
    # Not among the rule's own lines, so that these can go into a file.
    click.echo("\n" + canary_hint(table.canary, routing), err=True)
