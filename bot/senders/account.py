"""What a sender needs to know of one configured way out. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.exchange.account import ExchangeAccount
from bot.graph.server import GraphServer
from bot.oauth.login import AccessTokens


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """A mail server that takes our mail.

    Without `user` there is no login. `ca_file` holds the certificates of a private authority; None means the system's
    own. `hello` is the name given in EHLO; "" means this machine's own name. With `tokens` the login is by OAuth.
    """

    host: str
    port: int = 587
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    user: str = ""
    password: str = field(repr=False, default="")
    ca_file: str | None = None
    timeout: float = 30.0
    hello: str = ""
    tokens: AccessTokens | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class ExchangeOutgoing:
    """The Exchange mailboxes from which mail leaves, by their addresses in lower case: each sends what is from it.

    `looks_after` are the seconds between the looks for a message whose word to send got no answer.
    """

    by_address: Mapping[str, ExchangeAccount]
    looks_after: tuple[float, ...] = (0.0, 1.0, 4.0)


@dataclass(frozen=True, slots=True)
class GraphOutgoing:
    """Mailboxes in Microsoft 365 that send. With `user` all mail leaves from that one, otherwise each from its own.

    `checked` is the mailbox that a check looks into where there is no `user`.
    """

    server: GraphServer
    user: str = ""
    checked: str = ""
