"""The places that the mailbox contract is run over: each can be filled, looked into, and opened with its adapter."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.exchange.account import ExchangeAccount
from bot.graph import server as reaching
from bot.mail.cursor import Batch, BatchLimits, Cursor, Start
from bot.mailboxes.account import GraphAccount, ImapAccount, MaildirAccount
from bot.mailboxes.exchange import ExchangeMailbox
from bot.mailboxes.graph import GraphMailbox
from bot.mailboxes.imap import ImapMailbox
from bot.mailboxes.maildir import MaildirMailbox
from bot.oauth.login import AccessTokens, OAuthLogin, Vault
from bot.oauth.microsoft import MicrosoftLogin
from bot.oauth.token_cache import TokenCache
from bot.ports import Mailbox
from tests.exchange_server.server import ExchangeServer
from tests.mailserver.server import MailServer
from tests.microsoft.directory import CLIENT_ID, SECRET, TENANT, Directory
from tests.microsoft.graph_server import GraphServer

EVERYTHING = Start(None)
LIMITS = BatchLimits()


def make_raw(number: int = 1, body: str = "Please send the invoice again.", size: int = 0) -> bytes:
    head = f"From: pat@customer.example\r\nMessage-ID: <{number}@customer.example>\r\nSubject: mail {number}\r\n\r\n"
    padding = "".join(f"{line:074d}..\r\n" for line in range(size // 78))
    return f"{head}{body}\r\n{padding}".encode()


def subject_numbers(batch: Batch) -> list[int]:
    return [int(each.raw.split(b"Subject: mail ")[1].split(b"\r\n")[0]) for each in batch.fetched if each.raw]


class Place(Protocol):
    def put(self, raw: bytes, received_at: datetime | None = None, *, is_seen: bool = False) -> None: ...

    def open(self) -> Mailbox: ...

    def store(self, batch: Batch) -> Cursor:
        """What the caller does with a batch: keep its pointers, and its cursor."""
        ...

    def marks(self) -> list[str]:
        """The flags and places of all messages, as another program sees them."""
        ...


def make_account(server: MailServer, **changes: object) -> ImapAccount:
    values: dict[str, object] = {
        "slug": "icc",
        "address": "icc@northgate.example",
        "host": server.host,
        "port": server.ports.imap,
        "tls": "none",
        "user": "icc",
        "password": server.password,
        "timeout": 10.0,
    }
    return ImapAccount(**(values | changes))  # type: ignore[arg-type]


class ImapPlace:
    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.opened: list[ImapMailbox] = []

    def put(self, raw: bytes, received_at: datetime | None = None, *, is_seen: bool = False) -> None:
        self.server.append("icc", raw, received_at=received_at, flags="\\Seen" if is_seen else "")

    def open(self, **changes: object) -> ImapMailbox:
        self.opened.append(ImapMailbox(make_account(self.server, **changes)))
        return self.opened[-1]

    def store(self, batch: Batch) -> Cursor:
        return dict(batch.cursor)

    def marks(self) -> list[str]:
        with self.server.imap("icc") as connection:
            connection.select("INBOX", readonly=True)
            answer = connection.uid("FETCH", "1:*", "(FLAGS)")[1]
        return [line.decode() for line in answer if isinstance(line, bytes)]

    def close(self) -> None:
        for mailbox in self.opened:
            mailbox.close()
        self.server.clear("icc")


class MaildirPlace:
    def __init__(self, path: Path) -> None:
        self.account = MaildirAccount("icc", "icc@northgate.example", path / "Maildir", path / "Sent", path / "Drafts")
        self.stored: set[str] = set()
        self._count = 0
        for name in ("tmp", "new", "cur"):
            (self.account.path / name).mkdir(parents=True)

    def put(self, raw: bytes, received_at: datetime | None = None, *, is_seen: bool = False) -> None:
        self._count += 1
        name = f"1756700000.M{self._count:06d}P1.desk"
        path = self.account.path / ("cur" if is_seen else "new") / (f"{name}:2,S" if is_seen else name)
        path.write_bytes(raw)
        if received_at is not None:
            os.utime(path, (received_at.timestamp(), received_at.timestamp()))

    def open(self) -> MaildirMailbox:
        return MaildirMailbox(self.account, lambda pointers: self.stored.intersection(pointers))

    def store(self, batch: Batch) -> Cursor:
        self.stored |= {each.pointer for each in batch.fetched}
        return dict(batch.cursor)

    def marks(self) -> list[str]:
        return sorted(str(path.relative_to(self.account.path)) for path in self.account.path.rglob("*"))

    def close(self) -> None:
        """Nothing is held open."""


def make_exchange_account(server: ExchangeServer, **changes: object) -> ExchangeAccount:
    values: dict[str, object] = {
        "slug": "icc",
        "address": "icc@northgate.example",
        "url": server.url,
        "user": server.user,
        "password": server.password,
        "auth": "basic",
        "timeout": 10.0,
    }
    return ExchangeAccount(**(values | changes))  # type: ignore[arg-type]


class ExchangePlace:
    """The inbox of a shared mailbox, opened by a login that has rights on it."""

    def __init__(self, server: ExchangeServer) -> None:
        self.server = server
        self.box = server.add_mailbox("icc@northgate.example")
        self.stored: set[str] = set()
        self.opened: list[ExchangeMailbox] = []

    def put(self, raw: bytes, received_at: datetime | None = None, *, is_seen: bool = False) -> None:
        with self.server.lock:
            self.box.deliver(raw, received_at=received_at, is_read=is_seen)

    def open(self, **changes: object) -> ExchangeMailbox:
        account = make_exchange_account(self.server, **changes)
        self.opened.append(ExchangeMailbox(account, lambda pointers: self.stored.intersection(pointers)))
        return self.opened[-1]

    def store(self, batch: Batch) -> Cursor:
        self.stored |= {each.pointer for each in batch.fetched}
        return dict(batch.cursor)

    def marks(self) -> list[str]:
        return [
            f"{item.item_id} in {folder.name}: read {item.is_read}, {item.categories}, changed {item.version} times"
            for folder in self.box.folders.values()
            for item in folder.items.values()
        ]

    def close(self) -> None:
        for mailbox in self.opened:
            mailbox.close()


class GraphPlace:
    """A mailbox of the Graph double, and a login at its directory that every opening shares."""

    user = "icc@northgate.example"

    def __init__(self, server: GraphServer, tokens: AccessTokens) -> None:
        self.server = server
        self.box = server.box(self.user)
        self.tokens = tokens
        self.stored: set[str] = set()
        self.opened: list[GraphMailbox] = []

    def put(self, raw: bytes, received_at: datetime | None = None, *, is_seen: bool = False) -> None:
        self.box.put(raw, received_at=received_at, is_read=is_seen)

    def account(self, **changes: object) -> GraphAccount:
        server = reached(self.server, self.tokens)
        return replace(GraphAccount("icc", self.user, self.user, server), **changes)  # type: ignore[arg-type]

    def open(self, **changes: object) -> GraphMailbox:
        self.opened.append(GraphMailbox(self.account(**changes), lambda pointers: self.stored.intersection(pointers)))
        return self.opened[-1]

    def store(self, batch: Batch) -> Cursor:
        self.stored |= {each.pointer for each in batch.fetched}
        return dict(batch.cursor)

    def marks(self) -> list[str]:
        return [str(item.shown()) for item in self.box.items.values()]

    def close(self) -> None:
        for mailbox in self.opened:
            mailbox.close()


def reached(server: GraphServer, tokens: AccessTokens) -> reaching.GraphServer:
    return reaching.GraphServer(tokens, server.host, server.port, ca_file=server.ca_file, timeout=10.0)


def make_login(directory: Directory, **changes: object) -> OAuthLogin:
    login = OAuthLogin("northgate", directory.url, TENANT, CLIENT_ID, "secret", SECRET, ca_file=directory.ca_file)
    return replace(login, **changes)  # type: ignore[arg-type]


def tokens_of(directory: Directory, scope: str = "https://127.0.0.1/.default") -> AccessTokens:
    """Those of an app with a secret, asked of the directory by the library of Microsoft itself."""
    unkept = TokenCache("northgate", (), Vault(lambda _: None, lambda *_: None))
    return MicrosoftLogin(make_login(directory), unkept).tokens(scope)
