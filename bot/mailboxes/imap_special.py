"""Finding the folder that an IMAP server keeps for sent mail or for drafts, and making it where there is none."""

from __future__ import annotations

from dataclasses import dataclass

from imapclient import IMAPClient


@dataclass(frozen=True, slots=True)
class SpecialFolder:
    """`flag` is its mark of RFC 6154; `names` are what servers without that mark call it, the likeliest first."""

    flag: bytes
    names: tuple[str, ...]


SENT = SpecialFolder(b"\\sent", ("Sent", "Sent Items", "Sent Messages"))
DRAFTS = SpecialFolder(b"\\drafts", ("Drafts", "Draft"))


def folder_name(client: IMAPClient, special: SpecialFolder, configured: str | None) -> str:
    """The configured folder, else the server's own, else a new one of the usual name."""
    folders = [(flags, separator, str(name)) for flags, separator, name in client.list_folders()]
    names = {name for _, _, name in folders}
    if configured:
        return _made(client, configured, names)
    marked = [name for flags, _, name in folders if special.flag in {flag.lower() for flag in flags}]
    prefix = _prefix(client)
    common = [prefix + name for name in special.names if prefix + name in names]
    return next(iter(marked + common), None) or _made(client, prefix + special.names[0], names)


def _made(client: IMAPClient, name: str, names: set[str]) -> str:
    if name not in names:
        client.create_folder(name)
    return name


def _prefix(client: IMAPClient) -> str:
    """What every folder name of this account begins with, such as INBOX. on older servers."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""
