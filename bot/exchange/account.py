"""What must be known of one mailbox on an Exchange server. Nothing here opens anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.oauth.login import AccessTokens

# What may be said in `version`, and the build that stands for it. A server takes its own version and every older one.
VERSIONS = {
    "Exchange2010_SP2": (14, 2, 0),
    "Exchange2013": (15, 0, 0),
    "Exchange2013_SP1": (15, 0, 847),
    "Exchange2016": (15, 1, 0),
    "Exchange2019": (15, 2, 0),
}


@dataclass(frozen=True, slots=True)
class ExchangeAccount:
    """One folder of one mailbox, and the login by which it is opened.

    `url` is the endpoint, such as https://mail.northgate.example/EWS/Exchange.asmx. `access` says by which right: a
    delegate was given rights on this mailbox, impersonation acts as its owner. `tokens` gives the access token where
    `auth` is oauth; it is asked for each request. `after_store` and `ca_file` are as for IMAP; a keyword is a
    category here. `connections` bounds how many requests all mailboxes with this login have on the way.
    """

    slug: str
    address: str
    url: str
    user: str
    password: str = field(repr=False, default="")
    auth: Literal["basic", "ntlm", "oauth"] = "ntlm"
    version: str = "Exchange2013_SP1"
    access: Literal["delegate", "impersonation"] = "delegate"
    folder: str = "INBOX"
    ca_file: str | None = None
    timeout: float = 60.0
    after_store: str = ""
    sent_folder: str = ""
    drafts_folder: str = ""
    connections: int = 4
    tokens: AccessTokens | None = field(repr=False, default=None)
