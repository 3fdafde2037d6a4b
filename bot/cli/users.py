"""The people who use the desk, and what each may do: the same as the page Users."""

from __future__ import annotations

import sys

import click
from click.termui import prompt

from bot.bootstrap import Desk
from bot.cli.desk import as_json, as_user, open_desk, print_json, print_table
from bot.desk.user import Role
from bot.errors import RuleViolationError
from bot.steps import keep_users
from bot.steps.keep_users import Keeper, Rights
from bot.steps.own_account import own_log_ins
from bot.store.queries import AccountLine

_role = click.option("--role", type=click.Choice([role.value for role in Role]))
_queues = click.option("--queue", "queues", multiple=True, help="One of their queues; repeat for several.")
_every = click.option("--every-queue", is_flag=True, help="All queues, those of tomorrow included.")


@click.group()
def user() -> None:
    """The people who use the desk, and what each may do."""


@user.command(name="add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="approver", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--link", is_flag=True, help="Set no password: print a link with which the person does, once.")
@_queues
@as_user
@click.pass_context
def add(
    ctx: click.Context,
    /,
    name: str,
    role: str,
    person: str,
    queues: tuple[str, ...],
    *,
    password_stdin: bool,
    link: bool,
) -> None:
    """Add a person, or change role and password of one. Without --queue they have every queue."""
    with open_desk(ctx) as desk:
        reach = _known_queues(desk, queues) if queues else None
        if link:
            invited = Rights(Role(role), reach)
            token = keep_users.invite_user(name, invited, _by(person), store=desk.store, clock=desk.clock)
            click.echo(_link_lines(name, token))
            return
        keep_users.add_user(name, role, _password(password_stdin), person, store=desk.store, clock=desk.clock)
        if reach is not None:
            keep_users.change_rights(name, Rights(Role(role), reach), _by(person), store=desk.store, clock=desk.clock)
    click.echo(f"{name} is {role}")


def _password(from_standard_input: bool) -> str:  # noqa: FBT001 (one question)
    if from_standard_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(prompt("Password", hide_input=True, confirmation_prompt=True))


@user.command(name="rights")
@click.argument("name")
@_role
@_queues
@_every
@as_user
@click.pass_context
def rights(
    ctx: click.Context, name: str, role: str | None, queues: tuple[str, ...], person: str, *, every_queue: bool
) -> None:
    """Change a person's role or queues. What is not named stays."""
    with open_desk(ctx) as desk:
        with desk.store.look() as uow:
            now = uow.users.get(name)
        if now is None:
            raise RuleViolationError(f"there is no user {name}")
        reach = None if every_queue else (_known_queues(desk, queues) if queues else now.queues)
        wanted = Rights(Role(role) if role else now.role, reach)
        keep_users.change_rights(name, wanted, _by(person), store=desk.store, clock=desk.clock)
    click.echo(f"{name} is {wanted.role} in {_reach(wanted.queues)}")


@user.command(name="link")
@click.argument("name")
@as_user
@click.pass_context
def link_(ctx: click.Context, name: str, person: str) -> None:
    """Print a link with which the person sets a new password, once. The old one ends at once."""
    with open_desk(ctx) as desk:
        token = keep_users.make_password_link(name, _by(person), store=desk.store, clock=desk.clock)
    click.echo(_link_lines(name, token))


@user.command(name="disable")
@click.argument("name")
@as_user
@click.pass_context
def disable(ctx: click.Context, name: str, person: str) -> None:
    """Lock a person out and end their log-ins; what they did stays on record."""
    with open_desk(ctx) as desk:
        keep_users.lock_user(name, _by(person), store=desk.store, clock=desk.clock)
    click.echo(f"{name} is disabled")


@user.command(name="enable")
@click.argument("name")
@as_user
@click.pass_context
def enable(ctx: click.Context, name: str, person: str) -> None:
    """Let a person in again, also where wrong passwords closed the name for a while."""
    with open_desk(ctx) as desk:
        keep_users.unlock_user(name, _by(person), store=desk.store, clock=desk.clock)
    click.echo(f"{name} is enabled")


@user.command(name="forget-second-factor")
@click.argument("name")
@as_user
@click.pass_context
def forget_second_factor(ctx: click.Context, name: str, person: str) -> None:
    """For whoever lost telephone and recovery codes."""
    with open_desk(ctx) as desk:
        keep_users.forget_second_factor(name, _by(person), store=desk.store, clock=desk.clock)
    click.echo(f"{name} has no second factor any more")


@user.command(name="log-ins")
@click.argument("name")
@click.option("--end", is_flag=True, help="End them all.")
@as_user
@click.pass_context
def log_ins(ctx: click.Context, name: str, person: str, *, end: bool) -> None:
    """List where a person is logged in, or end it."""
    with open_desk(ctx) as desk:
        if end:
            keep_users.end_log_ins(name, _by(person), store=desk.store, clock=desk.clock)
            click.echo(f"all log-ins of {name} have ended")
            return
        found = own_log_ins(name, store=desk.store, clock=desk.clock)
    rows = [(f"{one.opened_at:%Y-%m-%d %H:%M} UTC", one.origin.address, one.origin.browser) for one in found]
    print_table(("since", "from", "browser"), rows)


@user.command(name="list")
@as_json
@click.pass_context
def list_(ctx: click.Context, *, is_json: bool) -> None:
    """List the people."""
    with open_desk(ctx) as desk:
        lines = desk.queries.account_lines(desk.clock.now())
    if is_json:
        print_json([_json(line) for line in lines])
        return
    rows = [
        (
            line.user.name,
            line.user.role,
            "yes" if line.user.is_active else "no",
            _reach(line.user.queues),
            "yes" if line.has_second_factor else "no",
        )
        for line in lines
    ]
    print_table(("name", "role", "active", "queues", "second factor"), rows)


def _json(line: AccountLine) -> dict[str, object]:
    return {
        "name": line.user.name,
        "role": line.user.role,
        "active": line.user.is_active,
        "queues": sorted(line.user.queues) if line.user.queues is not None else None,
        "second_factor": line.has_second_factor,
        "log_ins": line.log_ins,
    }


def _by(person: str) -> Keeper:
    return Keeper(person, at_terminal=True)


def _reach(queues: frozenset[str] | None) -> str:
    return "every queue" if queues is None else ", ".join(sorted(queues)) or "no queue"


def _known_queues(desk: Desk, named: tuple[str, ...]) -> frozenset[str]:
    there = desk.settings.queues
    unknown = sorted(set(named) - set(there))
    if unknown:
        raise RuleViolationError(f"there is no queue {', '.join(unknown)}; there are {', '.join(there)}")
    return frozenset(named)


def _link_lines(name: str, token: str) -> str:
    hours = int(keep_users.LINK_LASTS.total_seconds()) // 3600
    return f"for {name}, once, within {hours} hours, at the address of the review page:\n/set-password?link={token}"
