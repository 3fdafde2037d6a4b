"""What a conversation with Graph needs to know. Nothing here opens anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.oauth.login import AccessTokens


@dataclass(frozen=True, slots=True)
class GraphServer:
    """Where Graph answers, and the tokens that it takes.

    `is_encrypted` is False only on this machine itself. `ca_file` holds the certificates of a private authority.
    """

    tokens: AccessTokens = field(repr=False)
    host: str = "graph.microsoft.com"
    port: int = 443
    is_encrypted: bool = True
    ca_file: str | None = None
    timeout: float = 60.0

    @property
    def root(self) -> str:
        """What every address and every link of this server begins with."""
        kind, usual = ("https", 443) if self.is_encrypted else ("http", 80)
        port = "" if self.port == usual else f":{self.port}"
        return f"{kind}://{self.host}{port}/v1.0"
