"""What an OAuth login needs to know, and what mailboxes and senders ask of one. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

Grant = Literal["secret", "certificate", "device_code"]


@dataclass(frozen=True, slots=True)
class OAuthLogin:
    """One registration of the desk in a directory.

    `secret` belongs to the grant of that name; `certificate` is a PEM text with the private key and the certificate.
    A device code has neither: there a person signs in once, and the refresh token lies in the cache.
    """

    name: str
    authority: str
    tenant: str
    client_id: str
    grant: Grant
    secret: str = field(repr=False, default="")
    certificate: str = field(repr=False, default="")
    ca_file: str | None = None
    timeout: float = 30.0


class AccessTokens(Protocol):
    """Tokens for one server. May be asked by several threads."""

    def token(self) -> str:
        """A token that is good for some minutes at least, from the cache where there is one.

        Raises LoginRefusedError, in words that say what to do, where the directory gives none, and
        MailboxUnreachableError where it does not answer.
        """
        ...

    def renewed(self, refused: str) -> str:
        """Another one than `refused`, which a server did not take. Raises as `token` does."""
        ...


@dataclass(frozen=True, slots=True)
class Vault:
    """Where sealed bytes lie under the name of a login; the store has it."""

    load: Callable[[str], bytes | None]
    save: Callable[[str, bytes], None]
