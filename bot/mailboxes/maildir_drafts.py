"""The Drafts folder beside a Maildir mailbox: a Maildir of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bot.mail.filed import FiledMessage, filed_message
from bot.mailboxes import maildir_files
from bot.mailboxes.account import MaildirAccount


class MaildirDraftsFolder:
    """See ports.DraftsFolder. A pointer is that of the file, after the name of its folder."""

    def __init__(self, account: MaildirAccount) -> None:
        self._folders = {"drafts": account.drafts, "sent": account.sent}

    def put(self, raw: bytes) -> None:
        maildir_files.add(self._folders["drafts"], raw, "DS")

    def lying(self) -> Sequence[FiledMessage]:
        return [filed for _, filed in self._listed("drafts")]

    def sent_since(self, since: datetime) -> Sequence[FiledMessage]:
        # File systems stamp by a coarse clock: what came in the same second must not fall before it.
        start = since.replace(microsecond=0)
        return [filed for _, filed in self._listed("sent") if filed.filed_at >= start]

    def read(self, filed: FiledMessage) -> bytes | None:
        found = (path for path, each in self._listed(filed.pointer.partition("/")[0]) if each.pointer == filed.pointer)
        path = next(found, None)
        try:
            return path.read_bytes() if path is not None else None
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """Nothing is held open."""

    def _listed(self, name: str) -> Iterator[tuple[Path, FiledMessage]]:
        folder = self._folders[name]
        if folder.is_dir():
            for each in maildir_files.entries(folder):
                pointer = f"{name}/{each.pointer}"
                yield each.path, filed_message(pointer, maildir_files.head(each.path), each.received_at)
