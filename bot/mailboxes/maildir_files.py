"""Reading a Maildir, or a plain folder of .eml files, without moving, renaming or changing what lies there."""

from __future__ import annotations

import mailbox
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import FolderMissingError, MailboxUnreachableError
from bot.mail.cursor import Fetched
from bot.mailboxes.header import HEAD_BYTES, head_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One message file. `pointer` stays when a mail program moves the file from new to cur or changes its flags."""

    pointer: str
    path: Path
    size: int
    modified_ns: int

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(self.modified_ns / 1e9, UTC)


def message_folders(path: Path) -> tuple[Path, ...]:
    """new and cur of a Maildir, or the folder itself."""
    if (path / "new").is_dir() and (path / "cur").is_dir():
        return path / "new", path / "cur"
    if path.is_dir():
        return (path,)
    raise FolderMissingError(f"there is no folder {path}")


def modified(path: Path) -> str:
    """The state of the folder listings: changes whenever a file appears, leaves or is renamed."""
    try:
        return " ".join(str(folder.stat().st_mtime_ns) for folder in message_folders(path))
    except OSError as error:
        raise MailboxUnreachableError(f"{path} cannot be read: {error.strerror}") from error


def entries(path: Path) -> Iterator[Entry]:
    folders = message_folders(path)
    try:
        for folder in folders:
            with os.scandir(folder) as found:
                yield from (entry for each in found if (entry := _entry(each, is_maildir=len(folders) == 2)))
    except OSError as error:
        raise MailboxUnreachableError(f"{path} cannot be read: {error.strerror}") from error


def locate(path: Path, entry: Entry) -> Path | None:
    """Where the file lies now; a mail program may have renamed it since it was listed."""
    if entry.path.exists():
        return entry.path
    return next((each.path for each in entries(path) if each.pointer == entry.pointer), None)


def add(path: Path, raw: bytes, flags: str) -> None:
    """Put a message into a Maildir, which is made where it does not exist, with these flags in ASCII order."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        key = mailbox.Maildir(path, factory=None, create=True).add(raw)
        (path / "new" / key).rename(path / "cur" / f"{key}:2,{flags}")
    except OSError as error:
        raise MailboxUnreachableError(f"{path} cannot be written: {error.strerror}") from error


def read(path: Path, entry: Entry, message_bytes: int) -> Fetched:
    """The message, or the problem with it. A file is read in one go, and one that is too large only at its head."""
    is_oversize = entry.size > message_bytes
    try:
        found = locate(path, entry)
        if found is None:
            return Fetched(entry.pointer, entry.received_at, entry.size, None, "vanished")
        with found.open("rb") as file:
            raw = file.read(HEAD_BYTES if is_oversize else message_bytes + 1)
    except FileNotFoundError:
        return Fetched(entry.pointer, entry.received_at, entry.size, None, "vanished")
    except OSError:
        return Fetched(entry.pointer, entry.received_at, entry.size, None, "unreadable")
    if is_oversize or len(raw) > message_bytes:
        return Fetched(entry.pointer, entry.received_at, entry.size, None, "oversize", head_of(raw))
    return Fetched(entry.pointer, entry.received_at, len(raw), raw)


def head(path: Path) -> bytes:
    """The header block of a message file."""
    try:
        with path.open("rb") as file:
            return head_of(file.read(HEAD_BYTES))
    except FileNotFoundError:
        # Renamed by a mail program while we looked; the message itself is still there, and the next look finds it.
        return b""


def _entry(found: os.DirEntry[str], *, is_maildir: bool) -> Entry | None:
    name = found.name
    if name.startswith(".") or not (is_maildir or name.lower().endswith(".eml")):
        return None
    try:
        status = found.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    # A link could make any file of this machine look like mail, and a pipe would hold up the poll for ever.
    if not stat.S_ISREG(status.st_mode):
        return None
    pointer = name.partition(":")[0] if is_maildir else name
    return Entry(pointer, Path(found.path), status.st_size, status.st_mtime_ns)
