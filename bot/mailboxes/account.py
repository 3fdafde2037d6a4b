"""What an adapter needs to know of one configured place. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.graph.server import GraphServer
from bot.oauth.login import AccessTokens

# Of some pointers, those that the desk has stored already.
Known = Callable[[Sequence[str]], set[str]]


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """One folder of one account on an IMAP server.

    `after_store` says what becomes of a message once it is safely stored: "" leaves it alone, "move:FOLDER" moves it,
    "keyword:NAME" marks it. `ca_file` holds the certificates of a private authority; None means the system's own.
    With `tokens` the login is by OAuth, and the password is not looked at.
    """

    slug: str
    address: str
    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    tls: Literal["none", "starttls", "implicit"] = "implicit"
    folder: str = "INBOX"
    ca_file: str | None = None
    timeout: float = 30.0
    after_store: str = ""
    sent_folder: str | None = None
    drafts_folder: str | None = None
    tokens: AccessTokens | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class GraphAccount:
    """One folder of one mailbox in Microsoft 365. `user` is its name in the directory; the rest as in ImapAccount."""

    slug: str
    address: str
    user: str
    server: GraphServer
    folder: str = "Inbox"
    after_store: str = ""
    sent_folder: str = "Sent Items"
    drafts_folder: str = "Drafts"


@dataclass(frozen=True, slots=True)
class MaildirAccount:
    """A Maildir on this machine, or a plain folder of .eml files.

    Copies of sent mail go to the Maildir `sent`, replies that people send themselves to the Maildir `drafts`.
    """

    slug: str
    address: str
    path: Path
    sent: Path
    drafts: Path
