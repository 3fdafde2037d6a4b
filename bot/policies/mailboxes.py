"""mailboxes.toml: one table for each mailbox that the desk watches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from bot.desk.outbox import Way
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
    protocol: Literal["imap", "maildir", "exchange", "graph"] = "imap"
    # Empty: what is usual for the protocol.
    host: str = ""
    port: int = 0
    tls: Tls = "implicit"
    user: str = ""
    # Of an Exchange server, which is asked for none of them: how it takes the password, what it speaks, by which right.
    auth: Literal["", "basic", "ntlm"] = ""
    version: Literal["", "Exchange2010_SP2", "Exchange2013", "Exchange2013_SP1", "Exchange2016", "Exchange2019"] = ""
    access: Literal["delegate", "impersonation"] = "delegate"
    connections: int = Field(default=4, ge=1, le=27)
    password_env: str = ""
    password_file: str = ""
    oauth: str = ""
    ca_file: str = ""
    folder: str = "INBOX"
    path: str = ""
    sent_folder: str = ""
    approved: Way = Way.SEND
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
    canary = table.canary
    if canary and not (MAIL_ADDRESS.fullmatch(canary) and is_in_domains(Address("", canary), domains)):
        yield f"canary: {canary!r} is no address inside the company's domains"
    if table.after_store and not re.fullmatch(r"(move|keyword):.+", table.after_store):
        yield "after_store: use move:FOLDER or keyword:NAME"
    if table.oauth and _has_password(table):
        yield "oauth: there is a password as well; one of the two is enough"
    yield from _MISTAKES_OF[table.protocol](table)


def _has_password(table: MailboxTable) -> bool:
    return bool(table.password_env or table.password_file)


def _imap_mistakes(table: MailboxTable) -> Iterator[str]:
    if not table.oauth and not _has_password(table):
        yield "password_env: name the variable (or password_file) of the password, or in oauth the login of bot.toml"


def _maildir_mistakes(table: MailboxTable) -> Iterator[str]:
    if not table.path:
        yield "path: a maildir mailbox needs the path of its folder"


def _graph_mistakes(table: MailboxTable) -> Iterator[str]:
    if not table.oauth:
        yield "oauth: a graph mailbox needs a login; name a table [oauth.NAME] of bot.toml"
    if table.tls == "none" and not is_this_machine(table.host):
        yield "tls: Graph is reached without TLS only on this machine itself"
    if table.tls == "starttls":
        yield "tls: Graph knows implicit alone"


def _exchange_mistakes(table: MailboxTable) -> Iterator[str]:
    if not table.host:
        yield "host: name the Exchange server, such as mail.northgate.example"
    if not table.version:
        yield "version: name what the server speaks, such as Exchange2016; it is not asked"
    if table.tls == "starttls":
        yield "tls: Exchange knows implicit alone"
    if not table.oauth and not table.auth:
        yield "auth: name how the server takes the password, basic or ntlm, or in oauth the login of bot.toml"
    if table.auth and not _has_password(table):
        yield "password_env: name the variable (or password_file) of the password"
    if table.oauth and table.auth:
        yield "auth: there is a login by oauth as well; one of the two is enough"


_MISTAKES_OF = {
    "imap": _imap_mistakes,
    "maildir": _maildir_mistakes,
    "graph": _graph_mistakes,
    "exchange": _exchange_mistakes,
}


def exchange_outgoing_mistakes(sender: str, mailboxes: Mapping[str, MailboxTable]) -> Iterator[str]:
    """What is wrong where all mail leaves through the Exchange mailboxes, each sending what is from it."""
    addresses = {table.address.lower() for table in mailboxes.values() if table.protocol == "exchange"}
    for slug, table in mailboxes.items():
        if table.address.lower() not in addresses:
            yield f"mailboxes.toml: {slug}: protocol: mail leaves through Exchange, and this mailbox is not there"
    if sender and sender.lower() not in addresses:
        yield f"bot.toml: outgoing.from: mail leaves through Exchange, and no mailbox there has the address {sender}"
