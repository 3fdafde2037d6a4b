"""`[openid]` of bot.toml: logging in by a provider of OpenID Connect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.desk.openid import Admission
from bot.desk.user import Role
from bot.policies.table import Duration, Table

_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


class OpenIdTable(Table):
    """Off while there is no `issuer`."""

    issuer: str = ""
    client_id: str = ""
    secret_env: str = ""
    secret_file: str = ""
    title: str = "Single sign-on"
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    name_claim: str = "preferred_username"
    groups_claim: str = "groups"
    domains: tuple[str, ...] = ()
    roles: dict[str, Role] = {}  # noqa: RUF012 (pydantic copies it)
    queues: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    everyone: Role | None = None
    passwords: bool = True
    timeout: Duration = "10s"

    def admission(self) -> Admission:
        queues = {group: frozenset(names) for group, names in self.queues.items()}
        return Admission(self.domains, self.roles, queues, self.everyone)


def openid_mistakes(table: OpenIdTable, queues: Sequence[str]) -> Iterator[str]:
    """What one key alone does not show. `queues` are those in which work can lie."""
    if not table.issuer:
        if not table.passwords:
            yield "passwords: without an issuer nobody could log in"
        return
    yield from _missing(table)
    address = urlsplit(table.issuer)
    if address.scheme != "https" and address.hostname not in _OWN_MACHINE:
        yield f"issuer: {table.issuer!r} is no https address"
    for group, names in table.queues.items():
        unknown = sorted(set(names) - set(queues))
        if unknown:
            yield f"queues.{group}: there is no queue {', '.join(unknown)}"


def _missing(table: OpenIdTable) -> Iterator[str]:
    if not table.client_id:
        yield "client_id: the provider gave the desk one"
    if not (table.secret_env or table.secret_file):
        yield "secret_env: name the variable (or secret_file) of the client secret"
    if not table.roles and table.everyone is None:
        yield 'roles: name groups and their roles, or say everyone = "reviewer"'
    if "openid" not in table.scopes:
        yield "scopes: openid must be among them"
