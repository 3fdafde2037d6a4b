"""What a sender needs to know of one configured way out. Nothing here opens anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """A mail server that takes our mail.

    Without `user` there is no login. `ca_file` holds the certificates of a private authority; None means the system's
    own. `hello` is the name given in EHLO; "" means this machine's own name.
    """

    host: str
    port: int = 587
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    user: str = ""
    password: str = field(repr=False, default="")
    ca_file: str | None = None
    timeout: float = 30.0
    hello: str = ""
