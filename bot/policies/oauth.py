"""bot.toml: [oauth.NAME], one table for each registration of the desk in a directory."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from bot.policies.table import Duration, Table

# What a server of Microsoft wants to see in a token, for all that the directory grants the desk there.
GRAPH_SCOPE = "https://{host}/.default"
EXCHANGE_SCOPE = "https://outlook.office365.com/.default"


class OAuthTable(Table):
    tenant: str
    client_id: str
    grant: Literal["secret", "certificate", "device_code"] = "secret"
    secret_env: str = ""
    secret_file: str = ""
    # One PEM file with the private key and the certificate.
    certificate_file: str = ""
    authority: str = "https://login.microsoftonline.com"
    # Replaces what is asked of the directory for a server; only clouds of their own need it.
    scope: str = ""
    ca_file: str = ""
    timeout: Duration = "30s"


def oauth_mistakes(table: OAuthTable) -> Iterator[str]:
    """What one key alone does not show."""
    if not table.authority.startswith("https://"):
        yield "authority: tokens are given by https alone"
    if table.grant == "secret" and not (table.secret_env or table.secret_file):
        yield "secret_env: name the variable (or secret_file) of the client secret"
    if table.grant == "certificate" and not table.certificate_file:
        yield "certificate_file: name the PEM file with the private key and the certificate"


def key_mistakes(keys: Sequence[str], tables: Mapping[str, OAuthTable]) -> Iterator[str]:
    """What is wrong with the keys under which tokens are kept."""
    for number, key in enumerate(keys, start=1):
        if not _is_key(key):
            yield f"CREDITDESK_TOKEN_KEYS: key {number} is none; make one with: creditdesk sign-in --new-key"
    for name, table in tables.items():
        if table.grant == "device_code" and not keys:
            yield (
                f"bot.toml: oauth.{name}: the environment has no CREDITDESK_TOKEN_KEYS, under which the sign-in is "
                "kept; make one with: creditdesk sign-in --new-key"
            )


def _is_key(text: str) -> bool:
    try:
        return len(urlsafe_b64decode(text)) == 32
    except (NotBase64, ValueError):
        return False
