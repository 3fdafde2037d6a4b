"""Letting a person sign in for the desk, where its login goes by a device code."""

from __future__ import annotations

from importlib import import_module

import click

from bot.cli.desk import open_desk
from bot.errors import RuleViolationError


@click.command("sign-in")
@click.argument("name", required=False)
@click.option("--new-key", is_flag=True, help="Print a new key for CREDITDESK_TOKEN_KEYS, and do nothing else.")
@click.pass_context
def sign_in(ctx: click.Context, name: str | None, *, new_key: bool) -> None:
    """Sign in for the login NAME, the table [oauth.NAME] of bot.toml, on any device with a browser.

    Again after a password was changed, a consent withdrawn, or nobody had used the login for months. The desk may run
    meanwhile; it takes the new sign-in at its next poll.
    """
    if new_key:
        click.echo(import_module("cryptography.fernet").Fernet.generate_key().decode())
        return
    with open_desk(ctx) as desk:
        tables = desk.settings.oauth
        people = [one for one, table in tables.items() if table.grant == "device_code"]
        if name is None or name not in tables:
            raise RuleViolationError(f"name one of the logins of bot.toml: {', '.join(people) or 'there are none'}")
        if name not in people:
            raise RuleViolationError(
                f"the login {name} goes by a {tables[name].grant}: nobody signs in for it; creditdesk check tries it"
            )
        if not desk.settings.token_keys:
            raise RuleViolationError("CREDITDESK_TOKEN_KEYS is not set; make a key with: creditdesk sign-in --new-key")
        who = desk.accounts.sign_in(name, click.echo)
    click.echo(f"signed in as {who or 'a person without a name'}; try it: creditdesk check")
