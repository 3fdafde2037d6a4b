"""What an adapter needs to know of one configured place. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

# Of some pointers, those that the desk has stored already.
Known = Callable[[Sequence[str]], set[str]]


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """One folder of one account on an IMAP server.

    `after_store` says what becomes of a message once it is safely stored: "" leaves it alone, "move:FOLDER" moves it,
    "keyword:NAME" marks it. `ca_file` holds the certificates of a private authority; None means the system's own.
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
