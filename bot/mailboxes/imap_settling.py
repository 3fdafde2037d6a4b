"""What becomes of a message on the IMAP server once it is stored: the only place that changes anything there."""

from __future__ import annotations

from collections.abc import Sequence

from imapclient import IMAPClient

from bot.errors import PermanentError
from bot.mailboxes.account import ImapAccount

# A command line may hold 8,000 characters; a UID has up to ten and a comma.
UIDS_AT_ONCE = 500


def settle(client: IMAPClient, account: ImapAccount, pointers: Sequence[str]) -> None:
    how, _, name = account.after_store.partition(":")
    if how not in ("move", "keyword") or not name:
        raise PermanentError(
            f"{account.slug}: after_store is {account.after_store!r}; it may be move:FOLDER or keyword:NAME"
        )
    opened = client.select_folder(account.folder)
    uids = _uids_of(pointers, str(opened.get(b"UIDVALIDITY", "")))
    for at in range(0, len(uids), UIDS_AT_ONCE):
        some = uids[at : at + UIDS_AT_ONCE]
        if how == "move":
            _move(client, some, name)
        else:
            client.add_flags(some, [name], silent=True)


def _uids_of(pointers: Sequence[str], uidvalidity: str) -> list[int]:
    """Pointers of an earlier UIDVALIDITY name nothing any more, or worse, another message."""
    pairs = [pointer.partition(":") for pointer in pointers]
    return sorted(int(uid) for validity, _, uid in pairs if validity == uidvalidity)


def _move(client: IMAPClient, uids: list[int], folder: str) -> None:
    if not client.folder_exists(folder):
        client.create_folder(folder)
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.add_flags(uids, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    # Without UIDPLUS only a plain EXPUNGE is left, which would also remove what colleagues have marked. So the messages
    # stay marked as deleted, as they do in such a server's other clients.
