"""mailboxes.toml: one table for each mailbox that the desk watches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from bot.mail.address import Address, is_in_domains
from bot.policies.table import MAIL_ADDRESS, Duration, Table, Tls, is_this_machine


def _start(value: object) -> object:
    if value in ("now", "all") or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError('use "now", "all" or a date such as 2026-11-01') from None


class MailboxTable(Table):
    address: str
    protocol: Literal["imap", "maildir", "graph"] = "imap"
    # Empty: what is usual for the protocol.
    host: str = ""
    port: int = 0
    tls: Tls = "implicit"
    user: str = ""
    password_env: str = ""
    password_file: str = ""
    oauth: str = ""
    ca_file: str = ""
    folder: str = "INBOX"
    path: str = ""
    sent_folder: str = ""
    drafts_folder: str = ""
    start: Annotated[Any, AfterValidator(_start)] = "now"
    poll_every: Duration = "60s"
    timeout: Duration = "60s"
    after_store: str = ""
    drafts: bool = True
    canary: str = ""
    batch_count: int = Field(default=100, ge=1, le=1000)
    batch_bytes: int = Field(default=8_000_000, ge=1)
    message_bytes: int = Field(default=50_000_000, ge=1000)


def mailbox_mistakes(table: MailboxTable, domains: Sequence[str]) -> Iterator[str]:
    """What one key alone does not show."""
    if not MAIL_ADDRESS.fullmatch(table.address):
        yield f"address: {table.address!r} is no mail address"
    if table.protocol == "maildir" and not table.path:
        yield "path: a maildir mailbox needs the path of its folder"
    canary = table.canary
    if canary and not (MAIL_ADDRESS.fullmatch(canary) and is_in_domains(Address("", canary), domains)):
        yield f"canary: {canary!r} is no address inside the company's domains"
    if table.after_store and not re.fullmatch(r"(move|keyword):.+", table.after_store):
        yield "after_store: use move:FOLDER or keyword:NAME"
    has_password = bool(table.password_env or table.password_file)
    if table.protocol == "imap" and not has_password and not table.oauth:
        yield "password_env: name the variable (or password_file) of the password, or in oauth the login of bot.toml"
    if table.oauth and has_password:
        yield "oauth: there is a password as well; one of the two is enough"
    if table.protocol == "graph":
        yield from _graph_mistakes(table)


def _graph_mistakes(table: MailboxTable) -> Iterator[str]:
    if not table.oauth:
        yield "oauth: a graph mailbox needs a login; name a table [oauth.NAME] of bot.toml"
    if table.tls == "none" and not is_this_machine(table.host):
        yield "tls: Graph is reached without TLS only on this machine itself"
    if table.tls == "starttls":
        yield "tls: Graph knows implicit alone"
